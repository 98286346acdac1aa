import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type Key, requireAlive, requireUsable, stateOf } from "../state/key";
import type { Keyring } from "../state/keyring";

const day = 86_400_000;
const defaultRotationDays = 365;
/** On demand, of one key (developer guide, "Rotate KMS keys"). */
const mostRotations = 25;

/** Rotates keys, on demand and by the clock. */
export function keyRotationHandlers(host: Host, ring: Keyring) {
  const scheduleRotation = (key: Key, days: number) => {
    const next = host.clock.now() + days * day;
    const timer = host.clock.at(next, `rotation of ${key.arn}`, () => {
      if (stateOf(key) === "Enabled") rotate(host, key, "AUTOMATIC");
      scheduleRotation(key, days);
    });
    key.rotation = { days, next, timer };
  };
  return {
    EnableKeyRotation({ KeyId, RotationPeriodInDays }, call) {
      const key = ring.requireOwn(call, KeyId);
      requireUsable(key);
      const days = RotationPeriodInDays ?? key.rotation?.days ?? defaultRotationDays;
      key.rotation?.timer.cancel();
      scheduleRotation(key, days);
      return {};
    },

    DisableKeyRotation({ KeyId }, call) {
      const key = ring.requireOwn(call, KeyId);
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
        // The id, also if the request has an ARN (recorded on AWS: localstack's snapshot
        // test_rotate_key_on_demand_with_symmetric_key_and_automatic_rotation_enabled).
        KeyId: key.id,
        KeyRotationEnabled: rotation !== undefined || key.awsManaged,
        ...(rotation ? { RotationPeriodInDays: rotation.days, NextRotationDate: new Date(rotation.next) } : {}),
      };
    },

    RotateKeyOnDemand({ KeyId }, call) {
      const key = ring.requireOwn(call, KeyId);
      requireUsable(key);
      if (key.rotations.filter(({ type }) => type === "ON_DEMAND").length >= mostRotations) {
        throw new Fault(
          "LimitExceededException",
          `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${key.arn}`,
        );
      }
      rotate(host, key, "ON_DEMAND");
      // The ARN, also if the request has the id (recorded on AWS: localstack's test_rotate_on_demand_returns_arn_for_key_id).
      return { KeyId: key.arn };
    },

    ListKeyRotations({ KeyId, Limit = 100, Marker, IncludeKeyMaterial = "ROTATIONS_ONLY" }, call) {
      if (IncludeKeyMaterial !== "ROTATIONS_ONLY") throw notImplemented("kms:ListKeyRotations with IncludeKeyMaterial");
      const key = ring.requireId(call, KeyId);
      const numbered = key.rotations.map((rotation, i) => ({ ...rotation, order: String(i).padStart(9, "0") }));
      const { items, next } = page(numbered, ({ order }) => order, { token: Marker, limit: Limit });
      const rotations = items.map(({ date, type }) => ({ KeyId: key.arn, RotationDate: date, RotationType: type }));
      return { Rotations: rotations, Truncated: next !== undefined, NextMarker: next };
    },
  } satisfies Handlers<Clients["kms"]>;
}

function rotate(host: Host, key: Key, type: "AUTOMATIC" | "ON_DEMAND"): void {
  key.materials.push(host.randomBytes(32));
  key.rotations.push({ date: new Date(host.clock.now()), type });
}
