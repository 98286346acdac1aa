import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as pulumi from "@pulumi/pulumi";

// What the program knows and the provider does not: its process knows neither the stack nor the aws provider.

const accounts = new Map<unknown, pulumi.Output<string>>();

/** The account in which the aws provider of these options works. Asked for once per provider and stack. */
export function awsAccount(opts: pulumi.ResourceOptions | undefined): pulumi.Output<string> {
  const parent = opts?.parent;
  const provider = parent?.getProvider("aws:index/getCallerIdentity:getCallerIdentity");
  const key = provider ?? `${pulumi.getProject()}/${pulumi.getStack()}`;
  const known = accounts.get(key);
  if (known) return known;
  warnOfPlainKeys();
  const { accountId } = getCallerIdentityOutput({}, parent ? { parent } : {});
  accounts.set(key, accountId);
  return accountId;
}

/** The engine writes the configuration into the state, as inputs of its default providers: encrypted only what is secret. */
function warnOfPlainKeys(): void {
  // Exported, but without a type.
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  for (const key of ["secretKey", "token"]) {
    const value = new pulumi.Config("aws").get(key);
    if (!value || isConfigSecret(`aws:${key}`)) continue;
    pulumi.log.warn(
      `aws:${key} is readable in the stack's configuration and in its state. Encrypt it: ` +
        `\`pulumi config set --secret aws:${key}\`.`,
    );
  }
}

/** Who owns a resource: the tags by which a stack recognises its own, and the account where it must be. */
export function owner(resource: string, opts: pulumi.ResourceOptions | undefined) {
  return {
    // An earlier run may have been interrupted before it could write a resource down.
    ownerTags: {
      "pulumi:project": pulumi.getProject(),
      "pulumi:stack": pulumi.getStack(),
      "pulumi:resource": resource,
    },
    account: awsAccount(opts),
  };
}

type Tags = Record<string, pulumi.Input<string>>;

/** The tags with those of `aws:defaultTags`, as the aws provider adds them to its resources. */
export function withDefaultTags(tags: pulumi.Input<Tags>): pulumi.Input<Tags> {
  const { tags: defaults } = new pulumi.Config("aws").getObject<{ tags?: Tags }>("defaultTags") ?? {};
  return defaults ? pulumi.output(tags).apply((own) => ({ ...defaults, ...own })) : tags;
}
