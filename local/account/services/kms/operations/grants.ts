import { rootArn } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type Grant, type Key, requireUsable } from "../state/key";
import type { Keyring } from "../state/keyring";

/** The quota of one key (developer guide, "Resource quotas"). */
const mostGrants = 50_000;

/** Grants: single permissions on a key, given to a principal without a change of the key's policy. */
export function grantHandlers(host: Host, ring: Keyring) {
  return {
    CreateGrant(input, call) {
      const key = ring.requireId(call, input.KeyId);
      requireUsable(key);
      refuseUnsupported("CreateGrant", input);
      const grantee = readGrantee(input);
      const grant: Grant = {
        id: host.randomBytes(32).toString("hex"),
        token: host.randomBytes(96).toString("base64"),
        name: input.Name,
        grantee,
        retiring: input.RetiringPrincipal,
        issuer: call.principal.arn,
        operations: input.Operations ?? [],
        created: new Date(host.clock.now()),
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

    ListGrants({ KeyId, Limit = 50, Marker, GrantId, GranteePrincipal, GranteeServicePrincipal }, call) {
      const wanted = GranteePrincipal ?? GranteeServicePrincipal;
      const key = ring.requireId(call, KeyId);
      const matching = [...key.grants.values()].filter(
        ({ id, grantee }) => (GrantId === undefined || id === GrantId) && (wanted === undefined || grantee === wanted),
      );
      const { items, next } = page(matching, ({ id }) => id, { token: Marker, limit: Limit });
      return { Grants: items.map((grant) => view(key, grant)), Truncated: next !== undefined, NextMarker: next };
    },

    RevokeGrant({ KeyId, GrantId = "", DryRun }, call) {
      refuseUnsupported("RevokeGrant", { DryRun });
      const key = ring.requireId(call, KeyId);
      if (!key.grants.delete(GrantId)) throw new Fault("NotFoundException", `Grant ID ${GrantId} not found`);
      return {};
    },
  } satisfies Handlers<Clients["kms"]>;
}

function refuseUnsupported(
  operation: string,
  input: { DryRun?: boolean | undefined; RetiringServicePrincipal?: unknown },
) {
  if (input.DryRun) throw notImplemented(`kms:${operation} with DryRun`);
  if (input.RetiringServicePrincipal !== undefined)
    throw notImplemented(`kms:${operation} with RetiringServicePrincipal`);
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

function view(key: Key, grant: Grant) {
  return {
    KeyId: key.arn,
    GrantId: grant.id,
    Name: grant.name ?? "",
    CreationDate: grant.created,
    ...(grant.grantee.startsWith("arn:")
      ? { GranteePrincipal: grant.grantee }
      : { GranteeServicePrincipal: grant.grantee }),
    RetiringPrincipal: grant.retiring,
    IssuingAccount: rootArn(key.account),
    Operations: grant.operations as never,
    Constraints: {
      EncryptionContextSubset: grant.contextSubset,
      EncryptionContextEquals: grant.contextEquals,
    },
  };
}
