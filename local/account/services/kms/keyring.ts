import { Fault } from "../../endpoint/fault";
import type { PolicyDocument, PolicyStatement } from "../../endpoint/principal";
import type { Caller, Host } from "../../endpoint/service";
import { newUuid } from "../../endpoint/uuid";
import { parsePolicy } from "../iam/documents";
import { type Grant, type Key, type KmsState, notFound } from "./key";

type Place = Pick<Caller, "account" | "region">;

/** The keys and aliases of the account, found by any of the four ways to name a key. */
export interface Keyring {
  state(place: Place): KmsState;
  /** By id, ARN, alias or alias ARN. `alias/aws/…` makes its key on first use. Undefined when there is none. */
  find(place: Place, keyId: string | undefined): Key | undefined;
  /** The same; throws NotFoundException. */
  require(place: Place, keyId: string | undefined): Key;
  /** By id or ARN only, for operations that change a key or read its settings. */
  requireId(place: Place, keyId: string | undefined): Key;
  /** Creates a key and adds it. */
  add(place: Place, options: { policy: string; description: string; awsManaged: boolean }): Key;
  /** The key's policy with its grants as statements: that is how a grant allows. */
  resourcePolicy(keyArn: string): PolicyDocument | undefined;
}

/** The policy of a key that was made without one: the account's IAM decides (KMS guide, "Default key policy"). */
export const defaultPolicy = (account: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });

/** Keys that AWS owns can be used by all callers of the service, through the service only. */
const awsManagedPolicy = ({ account, region }: Place, service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: { "kms:CallerAccount": account, "kms:ViaService": `${service}.${region}.amazonaws.com` },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });

export const malformedPolicy = (message: string) => new Fault("MalformedPolicyDocumentException", message);

export function createKeyring(host: Host): Keyring {
  const states = host.store((): KmsState => ({ keys: new Map(), aliases: new Map() }));

  const add: Keyring["add"] = (place, { policy, description, awsManaged }) => {
    const id = newUuid(host);
    const key: Key = {
      id,
      arn: `arn:aws:kms:${place.region}:${place.account}:key/${id}`,
      account: place.account,
      awsManaged,
      created: new Date(host.clock.now()),
      materials: [host.randomBytes(32)],
      rotations: [],
      grants: new Map(),
      description,
      enabled: true,
      policy: { text: policy, document: parsePolicy(policy, "resource", malformedPolicy) },
      rotation: undefined,
      deletion: undefined,
      tags: new Map(),
    };
    states.of(place).keys.set(id, key);
    return key;
  };

  const byAlias = (place: Place, name: string): Key | undefined => {
    const { aliases, keys } = states.of(place);
    const service = /^alias\/aws\/([a-z0-9-]+)$/.exec(name)?.[1];
    let alias = aliases.get(name);
    if (!alias && service !== undefined) {
      const description = `Default key that protects my ${service} data when no other key is defined`;
      const key = add(place, { policy: awsManagedPolicy(place, service), description, awsManaged: true });
      const arn = `arn:aws:kms:${place.region}:${place.account}:${name}`;
      alias = { name, arn, created: key.created, updated: key.created, keyId: key.id };
      aliases.set(name, alias);
    }
    return alias && keys.get(alias.keyId);
  };

  const find: Keyring["find"] = (place, keyId = "") => {
    const [, region, account, local = ""] = /^arn:aws:kms:([^:]+):(\d{12}):(.+)$/.exec(keyId) ?? [];
    if (region !== undefined && account !== undefined) {
      return region === place.region ? find({ region, account }, local.replace(/^key\//, "")) : undefined;
    }
    return keyId.startsWith("alias/") ? byAlias(place, keyId) : states.of(place).keys.get(keyId);
  };

  const require: Keyring["require"] = (place, keyId = "") => {
    const key = find(place, keyId);
    if (key) return key;
    const { region, account } = place;
    const [, , , foreign] = keyId.startsWith("arn:") ? keyId.split(":") : [];
    // Recorded: localstack's snapshots test_get_key_in_different_region and test_get_key_invalid_uuid.
    if (foreign !== undefined && foreign !== region) throw notFound(`Invalid arn ${foreign}`);
    if (keyId.includes("alias/")) {
      throw notFound(
        `Alias ${keyId.startsWith("arn:") ? keyId : `arn:aws:kms:${region}:${account}:${keyId}`} is not found.`,
      );
    }
    const id = keyId.replace(/^arn:.*:key\//, "");
    if (!keyIds.test(id)) throw notFound(`Invalid keyId '${id}'`);
    throw notFound(
      `Key '${keyId.startsWith("arn:") ? keyId : `arn:aws:kms:${region}:${account}:key/${keyId}`}' does not exist`,
    );
  };

  return {
    state: (place) => states.of(place),
    add,
    find,
    require,
    requireId(place, keyId = "") {
      // API reference, for each of these operations: "Specify the key ID or key ARN of the KMS key".
      if (keyId.includes("alias/")) throw notFound(`Invalid keyId '${keyId}'`);
      return require(place, keyId);
    },
    resourcePolicy(arn) {
      const [, , , region = "", account = ""] = arn.split(":");
      const key = arn.includes(":key/") ? find({ region, account }, arn) : undefined;
      if (!key) return undefined;
      const statements = [key.policy.document.Statement].flat();
      return { ...key.policy.document, Statement: [...statements, ...[...key.grants.values()].map(statementOf)] };
    },
  };
}

/** Ids of keys: those of multi-Region keys are written otherwise. */
const keyIds = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

/** A grant says what a statement of the key's policy could say. */
function statementOf(grant: Grant): PolicyStatement {
  const pairs = grant.contextEquals ?? grant.contextSubset;
  return {
    Effect: "Allow",
    Principal: grant.grantee.startsWith("arn:") ? { AWS: grant.grantee } : { Service: grant.grantee },
    Action: grant.operations.map((operation) => `kms:${operation}`),
    Resource: "*",
    Condition: {
      ...(pairs
        ? {
            StringEquals: Object.fromEntries(
              Object.entries(pairs).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
            ),
          }
        : {}),
      ...(grant.contextEquals
        ? { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": Object.keys(grant.contextEquals) } }
        : {}),
    },
  };
}
