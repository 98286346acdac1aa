import type { Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type Key, requireAlive, stateOf } from "../state/key";
import type { Keyring } from "../state/keyring";

const day = 86_400_000;
const defaultWindowDays = 30;

/** Schedules the deletion of keys. */
export function keyDeletionHandlers(host: Host, ring: Keyring) {
  const deleteKey = (scope: Scope, key: Key) => {
    const { keys, aliases } = ring.state(scope);
    keys.delete(key.id);
    for (const [name, { keyId }] of aliases) if (keyId === key.id) aliases.delete(name);
  };
  return {
    ScheduleKeyDeletion({ KeyId, PendingWindowInDays: days = defaultWindowDays }, call) {
      const key = ring.requireOwn(call, KeyId);
      requireAlive(key);
      if (days < 7) throw new Fault("ValidationException", "PendingWindowInDays must be between 7 and 30.");
      const due = host.clock.now() + days * day;
      host.clock.at(due, `deletion of ${key.arn}`, () => deleteKey(call, key));
      key.deletion = new Date(due);
      return { KeyId: key.arn, DeletionDate: key.deletion, KeyState: stateOf(key), PendingWindowInDays: days };
    },
  } satisfies Handlers<Clients["kms"]>;
}
