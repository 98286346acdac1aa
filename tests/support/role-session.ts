import { IAM } from "@aws-sdk/client-iam";
import type { Account } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { createRole, longestSession, sessionOf } from "../../local/tests/support/roles.ts";

/**
 * Creates a role that the account's owner may assume, with these documents as managed policies.
 * Returns its ARN.
 */
export async function createRoleWithPolicies(
  account: Account,
  RoleName: string,
  documents: readonly object[],
): Promise<string> {
  const iam = new IAM(sdk(account));
  const roleArn = await createRole(account, RoleName, "000000000000");
  for (const [index, document] of documents.entries()) {
    const PolicyName = `${RoleName}-${index}`;
    const { Policy } = await iam.createPolicy({ PolicyName, PolicyDocument: JSON.stringify(document) });
    await iam.attachRolePolicy({ RoleName, PolicyArn: Policy?.Arn });
  }
  return roleArn;
}

/** Opens the longest session of a role. */
export const openSession = (account: Account, roleArn: string) => sessionOf(account, roleArn, longestSession);

/** The variables with which a command is a session. */
export const toVariables = ({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: Awaited<ReturnType<typeof openSession>>) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
});
