import { SFNClient, type SFNClientConfig } from "@aws-sdk/client-sfn";
import { type Access, createRoleCredentials, fetchAccount, readAccess } from "../../dynamic-providers/service/access";
import { requireRegion } from "../../stacks/config/region";
import { requireEndpoint } from "./explain-access";
import { readStackFile } from "./stack-file";

/** The account and Region of a stack, and client settings for it. */
export interface OpenStack {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly client: Pick<SFNClientConfig, "region" | "credentials" | "profile">;
}

/**
 * Account, Region and credentials of a stack, from `Pulumi.<stack>.yaml` in the current folder, and
 * from the environment if the file does not set them. Throws when the values are encrypted, and
 * when the stack does not allow the account.
 */
export async function openStack(stack: string): Promise<OpenStack> {
  const access = readStackAccess(stack);
  await requireEndpoint();
  // The endpoint of Personalize is not used for other services.
  const { endpoint: _endpoint, ...settings } = access.clients?.personalize ?? {};
  const client = { ...settings, ...createRoleCredentials(access) };
  const region = await new SFNClient(client).config.region();
  requireRegion(region, (key) => readStackFile(stack).values[key]);
  const account = await fetchAccount(access);
  const { allowed = [], forbidden = [] } = access;
  if ((allowed.length > 0 && !allowed.includes(account)) || forbidden.includes(account)) {
    throw new Error(
      `The credentials are of account ${account}, which Pulumi.${stack}.yaml does not allow. Use credentials of the ` +
        "stack's account, or correct aws:allowedAccountIds and aws:forbiddenAccountIds.",
    );
  }
  return { stack, account, region, client: { ...client, region } };
}

/** Reads the `aws:` keys of a stack. Throws when they are wrong or encrypted. */
export function readStackAccess(stack: string): Access {
  const { values, encrypted } = readStackFile(stack);
  const secrets = encrypted.filter((key) => key.startsWith("aws:"));
  if (secrets.length > 0) {
    throw new Error(
      `${secrets.join(", ")} in Pulumi.${stack}.yaml is encrypted, and this command cannot read it. Set the environment ` +
        "variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use aws:profile instead of keys.",
    );
  }
  const access = readAccess((key) => values[key]);
  if (access.problem) throw new Error(access.problem);
  return access;
}
