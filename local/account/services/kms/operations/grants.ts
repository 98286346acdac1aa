import { Fault, notImplemented } from "../../../aws/fault";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type Grant, requireAlive } from "../state/key";
import type { Keyring } from "../state/keyring";

/** The quota of one key (developer guide, "Resource quotas"). */
const mostGrants = 50_000;

/**
 * Grants: single permissions on a key, given to a principal without a change of the key's policy.
 */
export function grantHandlers(host: Host, ring: Keyring) {
  return {
    CreateGrant(input, call) {
      const key = ring.requireId(call, input.KeyId);
      requireAlive(key);
      if (input.DryRun) throw notImplemented("kms:CreateGrant with DryRun");
      if (input.Constraints?.SourceArn !== undefined) {
        throw notImplemented("kms:CreateGrant with Constraints.SourceArn");
      }
      if (input.RetiringServicePrincipal !== undefined) {
        throw notImplemented("kms:CreateGrant with RetiringServicePrincipal");
      }
      const grantee = readGrantee(input);
      const grant: Grant = {
        id: host.randomBytes(32).toString("hex"),
        token: host.randomBytes(96).toString("base64"),
        name: input.Name,
        grantee,
        retiring: input.RetiringPrincipal,
        operations: input.Operations ?? [],
        contextSubset: input.Constraints?.EncryptionContextSubset,
        contextEquals: input.Constraints?.EncryptionContextEquals,
      };
      const known = [...key.grants.values()].find((other) => grant.name !== undefined && sameRequest(other, grant));
      if (known) return { GrantId: known.id, GrantToken: known.token };
      if (key.grants.size >= mostGrants) {
        throw new Fault(
          "LimitExceededException",
          `The key ${key.arn} has ${mostGrants} grants, the most that a key can have.`,
        );
      }
      key.grants.set(grant.id, grant);
      return { GrantId: grant.id, GrantToken: grant.token };
    },
  } satisfies Handlers<Clients["kms"]>;
}

/** A principal's ARN or a service, one of the two. */
function readGrantee(input: {
  GranteePrincipal?: string | undefined;
  GranteeServicePrincipal?: string | undefined;
}): string {
  const { GranteePrincipal: principal, GranteeServicePrincipal: service } = input;
  if ((principal === undefined) === (service === undefined)) {
    throw new Fault("ValidationException", "Give exactly one of GranteePrincipal and GranteeServicePrincipal.");
  }
  if (principal !== undefined && !/^arn:aws:(iam|sts)::\d{12}:.+$/.test(principal)) {
    throw new Fault("InvalidArnException", `${principal} is not the ARN of a principal.`);
  }
  return principal ?? service ?? "";
}

/** With a name, the same request again gives the same grant (API reference, CreateGrant). */
function sameRequest(a: Grant, b: Grant): boolean {
  const essence = ({ name, grantee, retiring, operations, contextSubset, contextEquals }: Grant) =>
    JSON.stringify([name, grantee, retiring, operations, contextSubset, contextEquals]);
  // Names are compared first: a key may have thousands of grants.
  return a.name === b.name && essence(a) === essence(b);
}
