import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { requireAlive } from "../state/key";
import type { Keyring } from "../state/keyring";

const day = 86_400_000;
const defaultRotationDays = 365;

/**
 * Turns the rotation of keys on and off. Nothing here shows which material encrypts: it stays the
 * same.
 */
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
        // The ARN, as outputs of the AWS CLI have it. Localstack's snapshots have the same mark for
        // it as for the ARN that Encrypt returns (test_encrypt_decrypt_encryption_context), so that
        // they do not show which it is.
        KeyId: key.arn,
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
