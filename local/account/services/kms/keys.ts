import type { Tag } from "@aws-sdk/client-kms";
import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import { page } from "../../endpoint/page";
import type { Caller, Handlers, Host } from "../../endpoint/service";
import { addTags } from "../../endpoint/tags";
import { parsePolicy } from "../iam/documents";
import { invalidState, type Key, metadataOf, requireAlive, requireUsable, stateOf } from "./key";
import { defaultPolicy, type Keyring, malformedPolicy } from "./keyring";

const day = 86_400_000;
const defaultRotationDays = 365;
const defaultWindowDays = 30;
/** On demand, of one key (developer guide, "Rotate KMS keys"). */
const mostRotations = 25;

/** The life of keys: creation, policy, state, rotation, deletion by the clock, tags. */
export function keyHandlers(host: Host, ring: Keyring) {
  /** Keys that AWS owns cannot be changed. */
  const own = (call: Caller, keyId: string | undefined): Key => {
    const key = ring.requireId(call, keyId);
    if (key.awsManaged) throw new Fault("UnsupportedOperationException", `${key.arn} is managed by AWS.`);
    return key;
  };

  /** The safety check of PutKeyPolicy and CreateKey: the caller must be able to change the policy afterwards. */
  const checkLockout = (call: Caller, key: Key, undo: () => void) => {
    try {
      host.authorise(call, { action: "kms:PutKeyPolicy", resource: key.arn });
    } catch (error) {
      undo();
      if (!(error instanceof Fault) || error.code !== "AccessDenied") throw error;
      throw malformedPolicy("The new key policy will not allow you to update the key policy in the future.");
    }
  };

  const rotate = (key: Key, type: "AUTOMATIC" | "ON_DEMAND") => {
    key.materials.push(host.randomBytes(32));
    key.rotations.push({ date: new Date(host.clock.now()), type });
  };

  const scheduleRotation = (key: Key, days: number) => {
    const next = host.clock.now() + days * day;
    const timer = host.clock.at(next, `rotation of ${key.arn}`, () => {
      if (stateOf(key) === "Enabled") rotate(key, "AUTOMATIC");
      scheduleRotation(key, days);
    });
    key.rotation = { days, next, timer };
  };

  return {
    CreateKey(input, call) {
      refuseOtherKinds(input);
      const tags = new Map<string, string>();
      addTags(tags, pairsOf(input.Tags ?? []), tooManyTags);
      if (input.Policy !== undefined) refuseLongPolicy(input.Policy);
      const key = ring.add(call, {
        policy: input.Policy ?? defaultPolicy(call.account),
        description: input.Description ?? "",
        awsManaged: false,
      });
      if (!input.BypassPolicyLockoutSafetyCheck) {
        checkLockout(call, key, () => ring.state(call).keys.delete(key.id));
      }
      key.tags = tags;
      return { KeyMetadata: metadataOf(key) };
    },

    DescribeKey: ({ KeyId }, call) => ({ KeyMetadata: metadataOf(ring.require(call, KeyId)) }),

    ListKeys({ Limit = 100, Marker }, call) {
      const { items, next } = page(ring.state(call).keys.values(), ({ id }) => id, { token: Marker, limit: Limit });
      const keys = items.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn }));
      return { Keys: keys, Truncated: next !== undefined, NextMarker: next };
    },

    UpdateKeyDescription({ KeyId, Description = "" }, call) {
      const key = own(call, KeyId);
      requireAlive(key);
      key.description = Description;
      return {};
    },

    GetKeyPolicy({ KeyId, PolicyName = "default" }, call) {
      requireDefault(PolicyName);
      return { Policy: ring.requireId(call, KeyId).policy.text, PolicyName };
    },

    PutKeyPolicy({ KeyId, PolicyName = "default", Policy = "", BypassPolicyLockoutSafetyCheck }, call) {
      requireDefault(PolicyName);
      const key = own(call, KeyId);
      requireAlive(key);
      refuseLongPolicy(Policy);
      const before = key.policy;
      key.policy = { text: Policy, document: parsePolicy(Policy, "resource", malformedPolicy) };
      if (!BypassPolicyLockoutSafetyCheck) {
        checkLockout(call, key, () => {
          key.policy = before;
        });
      }
      return {};
    },

    ListKeyPolicies({ KeyId }, call) {
      ring.requireId(call, KeyId);
      return { PolicyNames: ["default"], Truncated: false };
    },

    EnableKey({ KeyId }, call) {
      const key = own(call, KeyId);
      requireAlive(key);
      key.enabled = true;
      return {};
    },

    DisableKey({ KeyId }, call) {
      const key = own(call, KeyId);
      requireAlive(key);
      key.enabled = false;
      return {};
    },

    EnableKeyRotation({ KeyId, RotationPeriodInDays }, call) {
      const key = own(call, KeyId);
      requireUsable(key);
      const days = RotationPeriodInDays ?? key.rotation?.days ?? defaultRotationDays;
      key.rotation?.timer.cancel();
      scheduleRotation(key, days);
      return {};
    },

    DisableKeyRotation({ KeyId }, call) {
      const key = own(call, KeyId);
      requireUsable(key);
      key.rotation?.timer.cancel();
      key.rotation = undefined;
      return {};
    },

    GetKeyRotationStatus({ KeyId }, call) {
      const key = ring.requireId(call, KeyId);
      requireAlive(key);
      const { rotation } = key;
      return {
        // The id, whatever named the key (recorded on AWS: localstack's snapshot test_rotate_on_demand_returns_arn_for_key_id).
        KeyId: key.id,
        KeyRotationEnabled: rotation !== undefined || key.awsManaged,
        ...(rotation ? { RotationPeriodInDays: rotation.days, NextRotationDate: new Date(rotation.next) } : {}),
      };
    },

    RotateKeyOnDemand({ KeyId }, call) {
      const key = own(call, KeyId);
      requireUsable(key);
      if (key.rotations.filter(({ type }) => type === "ON_DEMAND").length >= mostRotations) {
        throw new Fault(
          "LimitExceededException",
          `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${key.arn}`,
        );
      }
      rotate(key, "ON_DEMAND");
      return { KeyId: key.id };
    },

    ListKeyRotations({ KeyId, Limit = 100, Marker, IncludeKeyMaterial = "ROTATIONS_ONLY" }, call) {
      if (IncludeKeyMaterial !== "ROTATIONS_ONLY") throw notImplemented("kms:ListKeyRotations IncludeKeyMaterial");
      const key = ring.requireId(call, KeyId);
      const numbered = key.rotations.map((rotation, i) => ({ ...rotation, order: String(i).padStart(9, "0") }));
      const { items, next } = page(numbered, ({ order }) => order, { token: Marker, limit: Limit });
      const rotations = items.map(({ date, type }) => ({ KeyId: key.arn, RotationDate: date, RotationType: type }));
      return { Rotations: rotations, Truncated: next !== undefined, NextMarker: next };
    },

    ScheduleKeyDeletion({ KeyId, PendingWindowInDays: days = defaultWindowDays }, call) {
      const key = own(call, KeyId);
      requireAlive(key);
      if (days < 7) throw new Fault("ValidationException", "PendingWindowInDays must be between 7 and 30.");
      const due = host.clock.now() + days * day;
      const timer = host.clock.at(due, `deletion of ${key.arn}`, () => {
        const { keys, aliases } = ring.state(call);
        key.rotation?.timer.cancel();
        keys.delete(key.id);
        for (const [name, { keyId }] of aliases) if (keyId === key.id) aliases.delete(name);
      });
      key.deletion = { date: new Date(due), timer };
      key.enabled = false;
      return { KeyId: key.arn, DeletionDate: key.deletion.date, KeyState: stateOf(key), PendingWindowInDays: days };
    },

    CancelKeyDeletion({ KeyId }, call) {
      const key = own(call, KeyId);
      if (!key.deletion) throw invalidState(`${key.arn} is not pending deletion.`);
      key.deletion.timer.cancel();
      // The key comes back disabled (API reference, CancelKeyDeletion).
      key.deletion = undefined;
      return { KeyId: key.arn };
    },

    TagResource({ KeyId, Tags = [] }, call) {
      const key = own(call, KeyId);
      requireAlive(key);
      addTags(key.tags, pairsOf(Tags), tooManyTags);
      return {};
    },

    UntagResource({ KeyId, TagKeys = [] }, call) {
      const key = own(call, KeyId);
      requireAlive(key);
      for (const name of TagKeys) key.tags.delete(name);
      return {};
    },

    ListResourceTags({ KeyId, Limit = 50, Marker }, call) {
      const tags = Array.from(ring.requireId(call, KeyId).tags, ([TagKey, TagValue]) => ({ TagKey, TagValue }));
      const { items, next } = page(tags, ({ TagKey }) => TagKey, { token: Marker, limit: Limit });
      return { Tags: items, Truncated: next !== undefined, NextMarker: next };
    },
  } satisfies Handlers<Clients["kms"]>;
}

/** Recorded: localstack's snapshots test_tag_key_with_duplicate_tag_keys_raises_error, …_too_many_tags_…. */
function pairsOf(tags: readonly Tag[]): [string, string][] {
  const pairs = tags.map(({ TagKey = "", TagValue = "" }): [string, string] => [TagKey, TagValue]);
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Fault("TagException", "Duplicate tag keys");
  return pairs;
}
const tooManyTags = () => new Fault("TagException", "Too many tags");

/** Developer guide, "Resource quotas": key policy document size. */
const longestPolicy = 32_768;

function refuseLongPolicy(text: string): void {
  if (Buffer.byteLength(text) <= longestPolicy) return;
  throw new Fault("LimitExceededException", `The key policy exceeds the quota of ${longestPolicy} bytes.`);
}

interface KeyKind {
  KeySpec?: string | undefined;
  CustomerMasterKeySpec?: string | undefined;
  KeyUsage?: string | undefined;
  Origin?: string | undefined;
  MultiRegion?: boolean | undefined;
  CustomKeyStoreId?: string | undefined;
  XksKeyId?: string | undefined;
}

function refuseOtherKinds(input: KeyKind): void {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
  if (spec !== "SYMMETRIC_DEFAULT") throw notImplemented(`kms:CreateKey KeySpec ${spec}`);
  if ((input.KeyUsage ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT") {
    throw notImplemented(`kms:CreateKey KeyUsage ${input.KeyUsage}`);
  }
  if ((input.Origin ?? "AWS_KMS") !== "AWS_KMS") throw notImplemented(`kms:CreateKey Origin ${input.Origin}`);
  if (input.MultiRegion) throw notImplemented("kms:CreateKey MultiRegion");
  if (input.CustomKeyStoreId ?? input.XksKeyId) throw notImplemented("kms:CreateKey CustomKeyStoreId");
}

function requireDefault(name: string): void {
  if (name !== "default") throw new Fault("NotFoundException", `No such policy exists: ${name}`);
}
