import { type Scope, scopeOfArn } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { PolicyDocument } from "../../../host/principal";
import type { Host } from "../../../host/service";
import { createStore } from "../../../host/store";
import { createUuid } from "../../../host/uuid";
import { parsePolicy } from "../../../languages/policy/documents";
import { aliasArn, type Key, type KmsState, keyArn, notFound } from "./key";
import { awsManagedPolicy, grantStatement, malformedPolicy } from "./key-policy";

/** The keys and aliases of the account, found by any of the four ways to name a key. */
export interface Keyring {
  state(scope: Scope): KmsState;
  /**
   * Finds a key by id, ARN, alias or alias ARN. `alias/aws/…` creates its key on first use.
   * Undefined if there is none.
   */
  find(scope: Scope, keyId: string | undefined): Key | undefined;
  /** The same; throws NotFoundException. */
  require(scope: Scope, keyId: string | undefined): Key;
  /** Finds a key by id or ARN only, for operations that change a key or read its settings. */
  requireId(scope: Scope, keyId: string | undefined): Key;
  /** The same for operations that change a key: keys that AWS owns cannot be changed. */
  requireOwn(scope: Scope, keyId: string | undefined): Key;
  /** Creates a key and adds it. */
  add(scope: Scope, options: { policy: string; description: string; awsManaged: boolean }): Key;
  /** The key's policy with its grants as statements: that is how a grant allows. */
  resourcePolicy(keyArn: string): PolicyDocument | undefined;
}

/** Creates the keys and aliases of all accounts. */
export function createKeyring(host: Host): Keyring {
  const states = createStore((): KmsState => ({ keys: new Map(), aliases: new Map() }));

  const add: Keyring["add"] = (scope, { policy, description, awsManaged }) => {
    const id = createUuid(host);
    const key: Key = {
      id,
      arn: keyArn(scope, id),
      account: scope.account,
      awsManaged,
      created: new Date(host.clock.now()),
      material: host.randomBytes(32),
      grants: new Map(),
      description,
      policy: { text: policy, document: parsePolicy(policy, "resource", malformedPolicy) },
      rotation: undefined,
      deletion: undefined,
      tags: new Map(),
    };
    states.of(scope).keys.set(id, key);
    return key;
  };

  const byAlias = (scope: Scope, name: string): Key | undefined => {
    const { aliases, keys } = states.of(scope);
    const service = /^alias\/aws\/([a-z0-9-]+)$/.exec(name)?.[1];
    let alias = aliases.get(name);
    if (!alias && service !== undefined) {
      // Recorded: localstack, test_s3_bucket_encryption_sse_kms_aws_managed_key.
      const content = service === "s3" ? "S3 objects" : `${service} data`;
      const description = `Default key that protects my ${content} when no other key is defined`;
      const key = add(scope, { policy: awsManagedPolicy(scope, service), description, awsManaged: true });
      const arn = aliasArn(scope, name);
      alias = { name, arn, created: key.created, updated: key.created, keyId: key.id };
      aliases.set(name, alias);
    }
    return alias && keys.get(alias.keyId);
  };

  const find: Keyring["find"] = (scope, keyId = "") => {
    const [, region, account, local = ""] = /^arn:aws:kms:([^:]+):(\d{12}):(.+)$/.exec(keyId) ?? [];
    if (region !== undefined && account !== undefined) {
      return region === scope.region ? find({ region, account }, local.replace(/^key\//, "")) : undefined;
    }
    return keyId.startsWith("alias/") ? byAlias(scope, keyId) : states.of(scope).keys.get(keyId);
  };

  const require: Keyring["require"] = (scope, keyId = "") => {
    const key = find(scope, keyId);
    if (!key) throw notFound(`The key '${keyId}' does not exist in this account and Region.`);
    return key;
  };

  const requireId: Keyring["requireId"] = (scope, keyId = "") => {
    // API reference, for each of these operations: "Specify the key ID or key ARN of the KMS key".
    if (keyId.includes("alias/")) throw notFound(`Invalid keyId '${keyId}'`);
    return require(scope, keyId);
  };

  return {
    state: (scope) => states.of(scope),
    add,
    find,
    require,
    requireId,
    requireOwn(scope, keyId) {
      const key = requireId(scope, keyId);
      if (key.awsManaged) throw new Fault("UnsupportedOperationException", `${key.arn} is managed by AWS.`);
      return key;
    },
    resourcePolicy(arn) {
      const key = arn.includes(":key/") ? find(scopeOfArn(arn), arn) : undefined;
      if (!key) return undefined;
      const statements = [key.policy.document.Statement].flat();
      return { ...key.policy.document, Statement: [...statements, ...[...key.grants.values()].map(grantStatement)] };
    },
  };
}
