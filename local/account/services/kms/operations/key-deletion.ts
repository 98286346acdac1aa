import type { Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidState, type Key, requireAlive, stateOf } from "../state/key";
import type { Keyring } from "../state/keyring";

const day = 86_400_000;
const defaultWindowDays = 30;

/** Schedules and cancels the deletion of keys. */
export function keyDeletionHandlers(host: Host, ring: Keyring) {
  const deleteKey = (scope: Scope, key: Key) => {
    const { keys, aliases } = ring.state(scope);
    key.rotation?.timer.cancel();
    keys.delete(key.id);
    for (const [name, { keyId }] of aliases) if (keyId === key.id) aliases.delete(name);
  };
  return {
    ScheduleKeyDeletion({ KeyId, PendingWindowInDays: days = defaultWindowDays }, call) {
      const key = ring.requireOwn(call, KeyId);
      requireAlive(key);
      if (days < 7) throw new Fault("ValidationException", "PendingWindowInDays must be between 7 and 30.");
      const due = host.clock.now() + days * day;
      const timer = host.clock.at(due, `deletion of ${key.arn}`, () => deleteKey(call, key));
      key.deletion = { date: new Date(due), timer };
      key.enabled = false;
      return { KeyId: key.arn, DeletionDate: key.deletion.date, KeyState: stateOf(key), PendingWindowInDays: days };
    },

    CancelKeyDeletion({ KeyId }, call) {
      const key = ring.requireOwn(call, KeyId);
      if (!key.deletion) throw invalidState(`${key.arn} is not pending deletion.`);
      key.deletion.timer.cancel();
      // The key is disabled afterwards (API reference, CancelKeyDeletion).
      key.deletion = undefined;
      return { KeyId: key.arn };
    },
  } satisfies Handlers<Clients["kms"]>;
}
