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
      const { aliases: existing } = ring.state(call);
      const predefined = keyId === undefined ? predefinedAliases.filter((name) => !existing.has(name)) : [];
      const matching: Listed[] = [
        ...[...existing.values()].filter((alias) => keyId === undefined || alias.keyId === keyId),
        ...predefined.map((name) => ({ name, arn: aliasArn(call, name) })),
      ];
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

/** A predefined alias has neither key nor dates until it is used. */
type Listed = Pick<Alias, "name" | "arn"> & Partial<Alias>;

/** "Predefined aliases that AWS has created but has not yet associated with a KMS key" (API reference, ListAliases). */
const predefinedAliases = [
  "acm",
  "backup",
  "codecommit",
  "dynamodb",
  "ebs",
  "elasticfilesystem",
  "es",
  "glue",
  "kinesis",
  "kinesisvideo",
  "lambda",
  "lightsail",
  "rds",
  "redshift",
  "s3",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "xray",
].map((service) => `alias/aws/${service}`);

function requireOwnName(name = ""): string {
  if (!name.startsWith("alias/")) {
    throw new Fault(
      "ValidationException",
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  // The model allows a colon, KMS does not (getmoto/moto,
  // test__create_alias__raises_if_alias_has_restricted_characters_semicolon).
  if (name.includes(":")) {
    throw new Fault("ValidationException", `${name} contains invalid characters for an alias`);
  }
  if (name.startsWith("alias/aws/")) throw new Fault("NotAuthorizedException", "");
  return name;
}
