import type { CreateKeyRequest } from "@aws-sdk/client-kms";
import { notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { changeTags, metadataOf, requireAlive } from "../state/key";
import { defaultPolicy } from "../state/key-policy";
import type { Keyring } from "../state/keyring";
import { checkLockout, refuseLongPolicy } from "./key-policies";
import { putTags } from "./tags";

/** Creates, describes and lists keys. */
export function keyHandlers(host: Host, ring: Keyring) {
  return {
    CreateKey(input, call) {
      refuseOtherKinds(input);
      const tags = new Map<string, string>();
      putTags(tags, input.Tags ?? []);
      putTags(new Map(), input.Tags ?? []);
      if (input.Policy !== undefined) refuseLongPolicy(input.Policy);
      const key = ring.add(call, {
        policy: input.Policy ?? defaultPolicy(call.account),
        description: input.Description ?? "",
        awsManaged: false,
      });
      if (input.Policy !== undefined && !input.BypassPolicyLockoutSafetyCheck) {
        checkLockout(host, call, key, () => ring.state(call).keys.delete(key.id));
      }
      changeTags(key, host.clock.now(), (own) => {
        for (const [name, value] of tags) own.set(name, value);
      });
      return { KeyMetadata: metadataOf(key) };
    },

    DescribeKey: ({ KeyId }, call) => ({ KeyMetadata: metadataOf(ring.require(call, KeyId)) }),

    ListKeys({ Limit = 100, Marker }, call) {
      const { items, next } = page(ring.state(call).keys.values(), ({ id }) => id, { token: Marker, limit: Limit });
      const keys = items.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn }));
      return { Keys: keys, Truncated: next !== undefined, NextMarker: next };
    },

    UpdateKeyDescription({ KeyId, Description = "" }, call) {
      const key = ring.requireOwn(call, KeyId);
      requireAlive(key);
      key.description = Description;
      return {};
    },
  } satisfies Handlers<Clients["kms"]>;
}

function refuseOtherKinds(input: CreateKeyRequest): void {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
  if (spec !== "SYMMETRIC_DEFAULT") throw notImplemented(`kms:CreateKey with KeySpec ${spec}`);
  if ((input.KeyUsage ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT") {
    throw notImplemented(`kms:CreateKey with KeyUsage ${input.KeyUsage}`);
  }
  if ((input.Origin ?? "AWS_KMS") !== "AWS_KMS") throw notImplemented(`kms:CreateKey with Origin ${input.Origin}`);
  if (input.MultiRegion) throw notImplemented("kms:CreateKey with MultiRegion");
  if (input.CustomKeyStoreId ?? input.XksKeyId) throw notImplemented("kms:CreateKey with CustomKeyStoreId");
}
