import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { requireAlive } from "../state/key";
import type { Keyring } from "../state/keyring";

const day = 86_400_000;
const defaultRotationDays = 365;

/** Turns the rotation of keys on and off. Nothing here shows which material encrypts: it stays the same. */
export function keyRotationHandlers(host: Host, ring: Keyring) {
  return {
    EnableKeyRotation({ KeyId, RotationPeriodInDays }, call) {
      const key = ring.requireOwn(call, KeyId);
      requireAlive(key);
      const days = RotationPeriodInDays ?? key.rotation?.days ?? defaultRotationDays;
      key.rotation = { days, since: host.clock.now() };
      return {};
    },

    DisableKeyRotation({ KeyId }, call) {
      const key = ring.requireOwn(call, KeyId);
      requireAlive(key);
      key.rotation = undefined;
      return {};
    },

    GetKeyRotationStatus({ KeyId }, call) {
      const key = ring.requireId(call, KeyId);
      requireAlive(key);
      return {
        // The id, also if the request has an ARN (recorded on AWS: localstack's snapshot
        // test_rotate_key_on_demand_with_symmetric_key_and_automatic_rotation_enabled).
        KeyId: key.id,
        KeyRotationEnabled: key.rotation !== undefined || key.awsManaged,
        ...(key.rotation && {
          RotationPeriodInDays: key.rotation.days,
          NextRotationDate: nextRotation(key.rotation, host.clock.now()),
        }),
      };
    },
  } satisfies Handlers<Clients["kms"]>;
}

function nextRotation({ days, since }: { readonly days: number; readonly since: number }, now: number): Date {
  const period = days * day;
  return new Date(since + (Math.floor((now - since) / period) + 1) * period);
}
