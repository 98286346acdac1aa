import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as pulumi from "@pulumi/pulumi";

// Facts that the program passes to the providers as inputs: their process knows neither the stack
// nor the aws provider.

const accounts = new Map<unknown, pulumi.Output<string>>();

/** Finds the account of the aws provider of these options, with one call per provider and stack. */
export function findAwsAccount(opts: pulumi.ResourceOptions | undefined): pulumi.Output<string> {
  const parent = opts?.parent;
  const provider = parent?.getProvider("aws:index/getCallerIdentity:getCallerIdentity");
  const key = provider ?? `${pulumi.getProject()}/${pulumi.getStack()}`;
  const known = accounts.get(key);
  if (known) return known;
  const { accountId } = getCallerIdentityOutput({}, parent ? { parent } : {});
  accounts.set(key, accountId);
  return accountId;
}

/**
 * The tags by which a stack recognises its own resources, also those that an interrupted run did
 * not record.
 */
export function createOwnerTags(resource: string) {
  return {
    "pulumi:project": pulumi.getProject(),
    "pulumi:stack": pulumi.getStack(),
    "pulumi:resource": resource,
  };
}

type Tags = Record<string, pulumi.Input<string>>;

/** Adds the tags of `aws:defaultTags`, as the aws provider does for its resources. */
export function addDefaultTags(tags: pulumi.Input<Tags>): pulumi.Input<Tags> {
  const { tags: defaults } = new pulumi.Config("aws").getObject<{ tags?: Tags }>("defaultTags") ?? {};
  return defaults ? pulumi.output(tags).apply((own) => ({ ...defaults, ...own })) : tags;
}
