import { Fault } from "../../../aws/fault";
import { rootOf } from "../../../host/principal";
import type { Caller, Handlers, Host, Permission } from "../../../host/service";
import { parsePolicy } from "../../../languages/policy/documents";
import type { Clients } from "../../../model/clients";
import { type Key, requireAlive } from "../state/key";
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
 * The safety check of PutKeyPolicy and CreateKey: "the key policy must allow the calling principal
 * to make a subsequent PutKeyPolicy request" (API reference), itself or by leaving the decision to
 * the account's policies. What those say does not count: "the kms:PutKeyPolicy permission is not
 * required to create the KMS key" (guide, "Creating keys").
 */
export function checkLockout(host: Host, call: Caller, key: Key, undo: () => void): void {
  const mayPut = (caller: Caller) => isAllowed(host, caller, { action: "kms:PutKeyPolicy", resource: key.arn });
  if (mayPut({ ...call, principal: rootOf(call.account) }) || mayPut(call)) return;
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
