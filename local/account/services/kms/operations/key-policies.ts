import { Fault } from "../../../aws/fault";
import type { Caller, Handlers, Host, Permission } from "../../../host/service";
import { parsePolicy } from "../../../languages/policy/documents";
import type { Clients } from "../../../model/clients";
import { type Key, requireAlive, resourceTags, tagsThatCount } from "../state/key";
import { malformedPolicy } from "../state/key-policy";
import type { Keyring } from "../state/keyring";

/** Developer guide, "Resource quotas": key policy document size. */
const longestPolicy = 32_768;

/** Reads and changes the policy of a key. */
export function keyPolicyHandlers(host: Host, ring: Keyring) {
  return {
    GetKeyPolicy({ KeyId, PolicyName = "default" }, call) {
      requireDefault(PolicyName);
      return { Policy: ring.requireId(call, KeyId).policy.text, PolicyName };
    },

    PutKeyPolicy({ KeyId, PolicyName = "default", Policy = "", BypassPolicyLockoutSafetyCheck }, call) {
      requireDefault(PolicyName);
      const key = ring.requireOwn(call, KeyId);
      requireAlive(key);
      refuseLongPolicy(Policy);
      const before = key.policy;
      key.policy = { text: Policy, document: parsePolicy(Policy, "resource", malformedPolicy) };
      if (!BypassPolicyLockoutSafetyCheck) {
        checkLockout(host, call, key, () => {
          key.policy = before;
        });
      }
      return {};
    },
  } satisfies Handlers<Clients["kms"]>;
}

/**
 * The safety check of PutKeyPolicy, and of CreateKey "if you provide a key policy": it "must allow
 * the calling principal to make a subsequent PutKeyPolicy request" (API reference). Where the key's
 * policy leaves the decision to the account, what IAM says about the caller counts, a Deny too
 * (aws-solutions/innovation-sandbox-on-aws#31, #117;
 * aws-samples/rds-snapshot-export-to-s3-pipeline#8), and the tags of a new key do not count yet
 * (guide, "ABAC for AWS KMS"). The guide's "the kms:PutKeyPolicy permission is not required to
 * create the KMS key" ("Creating keys") is read as one about keys with the default policy.
 */
export function checkLockout(host: Host, call: Caller, key: Key, undo: () => void): void {
  const context = resourceTags(tagsThatCount(key, host.clock.now()));
  if (isAllowed(host, call, { action: "kms:PutKeyPolicy", resource: key.arn, context })) return;
  undo();
  throw malformedPolicy("The new key policy will not allow you to update the key policy in the future.");
}

function isAllowed(host: Host, caller: Caller, permission: Permission): boolean {
  try {
    host.authorise(caller, permission);
    return true;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "AccessDenied") throw error;
    return false;
  }
}

export function refuseLongPolicy(text: string): void {
  if (Buffer.byteLength(text) <= longestPolicy) return;
  throw new Fault("LimitExceededException", `The key policy exceeds the quota of ${longestPolicy} bytes.`);
}

function requireDefault(name: string): void {
  if (name !== "default") throw new Fault("NotFoundException", `No such policy exists: ${name}`);
}
