import { Fault } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type Alias, aliasArn, notFound, requireAlive } from "../state/key";
import type { Keyring } from "../state/keyring";

/** The quota of one key (developer guide, "Resource quotas"). */
const mostAliases = 50;

/** Names for keys. `alias/aws/` belongs to AWS. */
export function aliasHandlers(host: Host, ring: Keyring) {
  const find = (call: Caller, aliasName: string | undefined): Alias => {
    const name = requireOwnName(aliasName);
    const alias = ring.state(call).aliases.get(name);
    if (!alias) throw notFound(`Alias ${aliasArn(call, name)} is not found.`);
    return alias;
  };
  const findTarget = (call: Caller, keyId: string | undefined) => {
    if (keyId?.includes("alias/")) throw new Fault("ValidationException", "Aliases must refer to keys. Not aliases");
    const key = ring.require(call, keyId);
    requireAlive(key);
    return key.id;
  };

  return {
    CreateAlias({ AliasName, TargetKeyId }, call) {
      const name = requireOwnName(AliasName);
      const { aliases } = ring.state(call);
      const keyId = findTarget(call, TargetKeyId);
      if (aliases.has(name)) {
        throw new Fault("AlreadyExistsException", `An alias with the name ${aliasArn(call, name)} already exists`);
      }
      const ofKey = [...aliases.values()].filter((alias) => alias.keyId === keyId);
      if (ofKey.length >= mostAliases) {
        throw new Fault(
          "LimitExceededException",
          `The key ${keyId} has ${mostAliases} aliases, the most that a key can have.`,
        );
      }
      const now = new Date(host.clock.now());
      aliases.set(name, { name, arn: aliasArn(call, name), created: now, updated: now, keyId });
      return {};
    },

    UpdateAlias({ AliasName, TargetKeyId }, call) {
      const alias = find(call, AliasName);
      alias.keyId = findTarget(call, TargetKeyId);
      alias.updated = new Date(host.clock.now());
      return {};
    },

    DeleteAlias({ AliasName }, call) {
      ring.state(call).aliases.delete(find(call, AliasName).name);
      return {};
    },

    ListAliases({ KeyId, Limit = 50, Marker }, call) {
      const keyId = KeyId === undefined ? undefined : ring.require(call, KeyId).id;
      const existing = [...ring.state(call).aliases.values()];
      const matching = existing.filter((alias) => keyId === undefined || alias.keyId === keyId);
      const { items, next } = page(matching, ({ name }) => name, { token: Marker, limit: Limit });
      const aliases = items.map(({ name, arn, created, updated, keyId: targetKeyId }) => ({
        AliasName: name,
        AliasArn: arn,
        TargetKeyId: targetKeyId,
        CreationDate: created,
        LastUpdatedDate: updated,
      }));
      return { Aliases: aliases, Truncated: next !== undefined, NextMarker: next };
    },
  } satisfies Handlers<Clients["kms"]>;
}

function requireOwnName(name = ""): string {
  if (!name.startsWith("alias/") || name.includes(":")) {
    throw new Fault("ValidationException", 'The name of an alias begins with "alias/" and has no colon.');
  }
  if (name.startsWith("alias/aws/")) throw new Fault("NotAuthorizedException", "");
  return name;
}
