import { IAM } from "@aws-sdk/client-iam";
import { type Credentials, STS } from "@aws-sdk/client-sts";
import type { Account } from "../../account.ts";
import { sdk } from "./aws.ts";

/** A statement of a role's inline policy: these actions on these resources. */
export interface Grant {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** In seconds, the most that IAM allows. */
export const longestSession = 43_200;

/** A policy of these statements, or of one, as a text. */
export const policyOf = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });
/** The policy of a role that this principal may assume. */
export const trustOf = (Principal: object, more: object = {}) =>
  policyOf([{ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...more }]);

/**
 * Creates a role that a service (`lambda.amazonaws.com`) or the account (its 12 digits) may assume,
 * with the permissions in `grants`. Returns its ARN.
 */
export async function createRole(
  account: Pick<Account, "origin">,
  RoleName: string,
  trusted: string,
  grants: readonly Grant[] = [],
): Promise<string> {
  const iam = new IAM(sdk(account));
  const Principal = /^\d{12}$/.test(trusted) ? { AWS: `arn:aws:iam::${trusted}:root` } : { Service: trusted };
  const { Role } = await iam.createRole({
    RoleName,
    AssumeRolePolicyDocument: trustOf(Principal),
    MaxSessionDuration: longestSession,
  });
  if (grants.length > 0) {
    const PolicyDocument = policyOf(grants.map((grant) => ({ Effect: "Allow", ...grant })));
    await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
  }
  iam.destroy();
  return Role?.Arn ?? "";
}

/** Lets a service assume a role only while it acts for the resource `sourceArn`. */
export async function trustSource(
  account: Pick<Account, "origin">,
  RoleName: string,
  service: string,
  sourceArn: string,
): Promise<void> {
  const iam = new IAM(sdk(account));
  const Condition = { ArnLike: { "aws:SourceArn": sourceArn } };
  await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: trustOf({ Service: service }, { Condition }) });
  iam.destroy();
}

/** Credentials of a session of a new role that may do what the grants say, and nothing else. */
export const sessionWith = async (account: Account, RoleName: string, grants: readonly Grant[]) =>
  sessionOf(account, await createRole(account, RoleName, "000000000000", grants));

/**
 * Credentials of a session of a role of `createRole`, for `sdk(account, …)`. It ends after an hour
 * of the account.
 */
export async function sessionOf(account: Account, RoleArn: string, DurationSeconds = 3_600) {
  const sts = new STS(sdk(account));
  const { Credentials } = await sts.assumeRole({ RoleArn, RoleSessionName: "test", DurationSeconds });
  sts.destroy();
  return toCredentials(Credentials);
}

/** Credentials of an answer of STS, for `sdk(account, …)`. */
export const toCredentials = ({
  AccessKeyId = "",
  SecretAccessKey = "",
  SessionToken = "",
}: Partial<Credentials> = {}) => ({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretAccessKey,
  sessionToken: SessionToken,
});
