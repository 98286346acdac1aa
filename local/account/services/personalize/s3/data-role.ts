import { Fault } from "../../../endpoint/fault";
import type { Caller, Host } from "../../../endpoint/service";
import { invalidInput, JobFailure } from "../faults";
import type { DatasetGroup } from "../state/state";

export const servicePrincipal = "personalize.amazonaws.com";

type Place = Pick<Caller, "account" | "region">;

/** A caller with the permissions of a passed role. Throws AccessDenied when the role does not trust the service. */
export function asRole(host: Host, { account, region }: Place, roleArn: string, sourceArn: string): Caller {
  const { principal } = host.assumeRole(servicePrincipal, roleArn, {
    sessionName: "PersonalizeSession",
    region,
    sourceArn,
  });
  return { account, region, principal };
}

/** The service in its own name, as bucket and key policies see it. */
export function asService({ account, region }: Place, sourceArn: string): Caller {
  return {
    account,
    region,
    principal: { kind: "service", account, arn: servicePrincipal, service: servicePrincipal, sourceArn },
  };
}

/** Refuses a role that the service cannot assume, when a resource is created with it. */
export function refuseUnusableRole(host: Host, place: Place, roleArn: string, sourceArn: string): void {
  try {
    asRole(host, place, roleArn, sourceArn);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "AccessDenied") throw error;
    throw invalidInput(
      `The role ${roleArn} cannot be assumed by Amazon Personalize: it must exist and its trust policy must allow ` +
        `${servicePrincipal} sts:AssumeRole.`,
    );
  }
}

/**
 * The actions that the key's policy must allow the role and the service (guide, "Giving Amazon Personalize permission to
 * use your AWS KMS key"): it names both as principals.
 */
const keyActions = ["Decrypt", "GenerateDataKey", "DescribeKey", "CreateGrant", "ListGrants"];

/** Proves that the group's role, and the service, may use the group's key; nothing to prove without a key. */
export async function proveKeyAccess(host: Host, place: Place, group: DatasetGroup): Promise<void> {
  const { kmsKeyArn, roleArn } = group;
  if (kmsKeyArn === undefined || roleArn === undefined) return;
  try {
    const role = asRole(host, place, roleArn, group.arn);
    for (const caller of [role, asService(place, group.arn)]) {
      for (const action of keyActions) host.authorise(caller, { action: `kms:${action}`, resource: kmsKeyArn });
    }
    await host.call(role, "kms", "DescribeKey", { KeyId: kmsKeyArn });
    const { CiphertextBlob } = await host.call(role, "kms", "GenerateDataKey", {
      KeyId: kmsKeyArn,
      KeySpec: "AES_256",
    });
    await host.call(role, "kms", "Decrypt", { CiphertextBlob, KeyId: kmsKeyArn });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new JobFailure(
      `Insufficient privileges for using the KMS key ${kmsKeyArn} with the role ${roleArn}: ${error.message}`,
    );
  }
}
