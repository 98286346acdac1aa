import { Fault, notImplemented } from "../../endpoint/fault";
import { page } from "../../endpoint/page";
import type { Clients, Handlers, Host } from "../../endpoint/service";
import { type Grant, type Key, requireUsable } from "./key";
import type { Keyring } from "./keyring";

/** Grants: single permissions on a key, given to a principal without a change of the key's policy. */
export function grantHandlers(host: Host, ring: Keyring): Handlers<Clients["kms"]> {
  return {
    CreateGrant(input, call) {
      const key = ring.require(call, input.KeyId);
      requireUsable(key);
      if (input.DryRun) throw notImplemented("kms:CreateGrant DryRun");
      const grantee = input.GranteePrincipal ?? "";
      if (!/^(arn:aws:(iam|sts)::\d{12}:.+|[a-z0-9.-]+\.amazonaws\.com)$/.test(grantee)) {
        throw new Fault("InvalidArnException", `${grantee} is not a principal.`);
      }
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
      key.grants.set(grant.id, grant);
      return { GrantId: grant.id, GrantToken: grant.token };
    },

    ListGrants({ KeyId, Limit = 50, Marker, GrantId, GranteePrincipal }, call) {
      const key = ring.require(call, KeyId);
      const matching = [...key.grants.values()].filter(
        ({ id, grantee }) =>
          (GrantId === undefined || id === GrantId) && (GranteePrincipal === undefined || grantee === GranteePrincipal),
      );
      const { items, next } = page(matching, ({ id }) => id, { token: Marker, limit: Limit });
      return { Grants: items.map((grant) => view(key, grant)), Truncated: next !== undefined, NextMarker: next };
    },

    RevokeGrant({ KeyId, GrantId = "" }, call) {
      const key = ring.require(call, KeyId);
      if (!key.grants.delete(GrantId)) throw new Fault("NotFoundException", `Grant ID ${GrantId} not found`);
      return {};
    },
  };
}

/** With a name, the same request again gives the same grant (API reference, CreateGrant). */
function sameRequest(a: Grant, b: Grant): boolean {
  const essence = ({ name, grantee, retiring, operations, contextSubset, contextEquals }: Grant) =>
    JSON.stringify([name, grantee, retiring, operations, contextSubset, contextEquals]);
  return essence(a) === essence(b);
}

function view(key: Key, grant: Grant) {
  return {
    KeyId: key.arn,
    GrantId: grant.id,
    Name: grant.name ?? "",
    CreationDate: grant.created,
    GranteePrincipal: grant.grantee,
    RetiringPrincipal: grant.retiring,
    IssuingAccount: `arn:aws:iam::${key.account}:root`,
    Operations: grant.operations as never,
    Constraints: {
      EncryptionContextSubset: grant.contextSubset,
      EncryptionContextEquals: grant.contextEquals,
    },
  };
}
