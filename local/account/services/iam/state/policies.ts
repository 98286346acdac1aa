import { Fault } from "../../../aws/fault";
import { noSuchEntity } from "../faults";
import { awsManagedPolicies, refuseUnknownAwsPolicy } from "./aws-managed";
import type { IamState, ManagedPolicy, PolicyVersion, Role } from "./state";

/** Finds a managed policy of the account or of AWS. Throws NoSuchEntity. */
export function findPolicy(state: IamState, arn = ""): ManagedPolicy {
  const policy = awsManagedPolicies.get(arn) ?? state.policies.get(arn);
  if (!policy) refuseUnknownAwsPolicy(arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** Finds a policy that the caller may change: policies of AWS do not exist for it. */
export function findOwnPolicy({ policies }: IamState, arn = ""): ManagedPolicy {
  const policy = policies.get(arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** The ARN of a policy that can be attached. Throws NoSuchEntity. */
export function requirePolicy({ policies }: IamState, arn: string): string {
  // Recorded on AWS: localstack's snapshot test_role_attach_policy.
  if (!/^arn:[^:]+:iam::(\d{12}|aws):policy\/.+$/.test(arn)) {
    throw new Fault("ValidationError", "Invalid ARN:  Could not be parsed!");
  }
  refuseUnknownAwsPolicy(arn);
  if (!awsManagedPolicies.has(arn) && !policies.has(arn)) {
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }
  return arn;
}

/** Finds a version of a policy. Throws NoSuchEntity. */
export function findVersion({ versions, arn }: ManagedPolicy, id = ""): PolicyVersion {
  const version = versions.get(id);
  if (!version) throw noSuchEntity(`Policy ${arn} version ${id} does not exist or is not attachable.`);
  return version;
}

/** The roles to which a policy is attached. */
export const rolesWith = ({ roles }: IamState, arn: string): Role[] =>
  [...roles.values()].filter(({ attached }) => attached.has(arn));

/** The roles whose boundary a policy is. */
export const rolesWithin = ({ roles }: IamState, arn: string): Role[] =>
  [...roles.values()].filter(({ boundaryArn }) => boundaryArn === arn);
