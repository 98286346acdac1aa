import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Account } from "../../local/account.ts";
import { sdk } from "./aws.ts";

/** A statement of a role's own policy: these actions on these resources. */
export interface Grant {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const document = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });

/** Creates a role that `service` may assume and that may do what `grants` say. Returns its ARN. */
export async function createRole(
  account: Account,
  RoleName: string,
  service: string,
  grants: readonly Grant[] = [],
): Promise<string> {
  const iam = new IAMClient(sdk(account));
  const trust = [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }];
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
  if (grants.length > 0) {
    const PolicyDocument = document(grants.map((grant) => ({ Effect: "Allow", ...grant })));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  }
  iam.destroy();
  return Role?.Arn ?? "";
}
