import { IAM } from "@aws-sdk/client-iam";
import type { Account } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";

interface Statement {
  Action: string | string[];
}

/** Runs `body` while the inline policy of a role lacks `action`, and then restores the policy. */
export async function runWithoutPermission<T>(
  account: Account,
  RoleName: string,
  action: string,
  body: () => Promise<T>,
): Promise<T> {
  const iam = new IAM(sdk(account));
  const { PolicyNames: [PolicyName] = [] } = await iam.listRolePolicies({ RoleName });
  const policy = { RoleName, PolicyName };
  const text = decodeURIComponent((await iam.getRolePolicy(policy)).PolicyDocument ?? "");
  const document: { Version: string; Statement: Statement[] } = JSON.parse(text);
  const kept = document.Statement.map(({ Action, ...rest }) => ({
    ...rest,
    Action: [Action].flat().filter((allowed) => allowed !== action),
  }));
  const count = (statements: readonly Statement[]) => statements.flatMap(({ Action }) => Action).length;
  if (count(kept) === count(document.Statement)) throw new Error(`${RoleName} does not allow ${action}.`);
  const Statement = kept.filter(({ Action }) => Action.length > 0);
  const rest = Statement.length > 0 ? Statement : [{ Effect: "Deny", Action: "iam:GetUser", Resource: "*" }];
  await iam.putRolePolicy({ ...policy, PolicyDocument: JSON.stringify({ ...document, Statement: rest }) });
  try {
    return await body();
  } finally {
    await iam.putRolePolicy({ ...policy, PolicyDocument: text });
  }
}
