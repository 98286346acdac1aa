import type { Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import type { Context } from "../context";
import { invalidInput, JobFailure } from "../faults";
import type { DatasetGroup } from "../state/state";

export const servicePrincipal = "personalize.amazonaws.com";

/**
 * A caller with the permissions of a passed role. Throws AccessDenied when the role does not trust
 * the service.
 */
export function asRole(host: Host, { account, region }: Scope, roleArn: string, sourceArn: string): Caller {
  const { principal } = host.assumeRole(servicePrincipal, roleArn, {
    sessionName: "PersonalizeSession",
    region,
    sourceArn,
  });
  return { account, region, principal };
}

/** The service in its own name, as bucket and key policies see it. */
export function asService({ account, region }: Scope, sourceArn: string): Caller {
  return {
    account,
    region,
    principal: { kind: "service", account, arn: servicePrincipal, service: servicePrincipal, sourceArn },
  };
}

/** Refuses a role that the service cannot assume, when a resource is created with it. */
export function refuseUnusableRole(host: Host, scope: Scope, roleArn: string, sourceArn: string): void {
  try {
    asRole(host, scope, roleArn, sourceArn);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "AccessDenied") throw error;
    throw invalidInput(
      `The role ${roleArn} cannot be assumed by Amazon Personalize: it must exist and its trust policy must allow ` +
        `${servicePrincipal} sts:AssumeRole.`,
    );
  }
}

/** The time after its first use in which a role fails, if it fails at first. */
const roleUnknownFor = 60_000;

/**
 * Creates the check of a role, which resources of this kind cannot use at first, if new roles fail
 * at first.
 */
export function createNewRoleCheck({ host, undocumented }: Pick<Context, "host" | "undocumented">) {
  const firstUses = new Map<string, number>();
  return (roleArn?: string): void => {
    if (undocumented.newRole !== "fails at first" || roleArn === undefined) return;
    const first = firstUses.get(roleArn) ?? host.clock.now();
    firstUses.set(roleArn, first);
    if (host.clock.now() - first >= roleUnknownFor) return;
    throw new JobFailure(`Insufficient privileges: Amazon Personalize cannot assume the role ${roleArn}.`);
  };
}

/**
 * The actions that a role and the service need on a key, and CreateGrant, which the guide lists for
 * the key's policy (guide, "Giving Amazon Personalize permission to use your AWS KMS key").
 */
const jobActions = ["Decrypt", "GenerateDataKey", "DescribeKey", "ListGrants"];
const keyActions = [...jobActions, "CreateGrant"];

/** The actions that an export of a group with a key needs as well (the same page). */
export const exportActions = ["Decrypt", "GenerateDataKeyWithoutPlaintext"];

/**
 * Proves that the group's role, and the service, may use the group's key; nothing to prove without
 * a key.
 */
export async function proveKeyAccess({ host, data }: Context, scope: Scope, group: DatasetGroup): Promise<void> {
  const { kmsKeyArn, roleArn } = group;
  if (kmsKeyArn === undefined || roleArn === undefined) return;
  try {
    const role = asRole(host, scope, roleArn, group.arn);
    for (const caller of [role, asService(scope, group.arn)]) requireActions(host, caller, kmsKeyArn, keyActions);
    await data.useKey(role, kmsKeyArn);
  } catch (error) {
    throw toKeyFailure(error, kmsKeyArn, roleArn);
  }
}

/**
 * Proves that the role of an export, a batch job or a metric attribution, and the service, may use
 * the group's key.
 */
export function proveJobKeyAccess(
  host: Host,
  scope: Scope,
  { kmsKeyArn }: DatasetGroup,
  { roleArn, sourceArn }: { readonly roleArn: string; readonly sourceArn: string },
  more: readonly string[] = [],
): void {
  if (kmsKeyArn === undefined) return;
  try {
    requireActions(host, asRole(host, scope, roleArn, sourceArn), kmsKeyArn, [...jobActions, ...more]);
    requireActions(host, asService(scope, sourceArn), kmsKeyArn, [...keyActions, ...more]);
  } catch (error) {
    throw toKeyFailure(error, kmsKeyArn, roleArn);
  }
}

/**
 * Proves, under one reading of the guide, that the role of an import or a data deletion has all
 * actions on the group's key.
 */
export function proveDataRole(
  { host, undocumented }: Context,
  scope: Scope,
  { kmsKeyArn }: DatasetGroup,
  { roleArn, arn }: { readonly roleArn: string; readonly arn: string },
): void {
  if (undocumented.keyOfDataRole !== "all five" || kmsKeyArn === undefined) return;
  try {
    requireActions(host, asRole(host, scope, roleArn, arn), kmsKeyArn, keyActions);
  } catch (error) {
    throw toKeyFailure(error, kmsKeyArn, roleArn);
  }
}

/** Throws AccessDenied unless the caller has each of these rights to the key. */
export function requireActions(host: Host, caller: Caller, kmsKeyArn: string, actions: readonly string[]): void {
  for (const action of new Set(actions)) host.authorise(caller, { action: `kms:${action}`, resource: kmsKeyArn });
}

function toKeyFailure(error: unknown, kmsKeyArn: string, roleArn: string): unknown {
  if (!(error instanceof Fault)) return error;
  return new JobFailure(
    `Insufficient privileges for using the KMS key ${kmsKeyArn} with the role ${roleArn}: ${error.message}`,
  );
}
