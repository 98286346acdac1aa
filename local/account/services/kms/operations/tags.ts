import type { Tag } from "@aws-sdk/client-kms";
import { Fault } from "../../../aws/fault";
import { addTags, removeTags } from "../../../aws/tags";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { changeTags, requireAlive } from "../state/key";
import type { Keyring } from "../state/keyring";

/** Tags of keys. */
export function tagHandlers(host: Host, ring: Keyring) {
  return {
    TagResource({ KeyId, Tags = [] }, call) {
      const key = ring.requireOwn(call, KeyId);
      requireAlive(key);
      changeTags(key, host.clock.now(), (tags) => putTags(tags, Tags));
      return {};
    },

    UntagResource({ KeyId, TagKeys = [] }, call) {
      const key = ring.requireOwn(call, KeyId);
      requireAlive(key);
      changeTags(key, host.clock.now(), (tags) => removeTags(tags, TagKeys));
      return {};
    },

    ListResourceTags({ KeyId, Limit = 50, Marker }, call) {
      const tags = Array.from(ring.requireId(call, KeyId).tags, ([TagKey, TagValue]) => ({ TagKey, TagValue }));
      const { items, next } = page(tags, ({ TagKey }) => TagKey, { token: Marker, limit: Limit });
      return { Tags: items, Truncated: next !== undefined, NextMarker: next };
    },
  } satisfies Handlers<Clients["kms"]>;
}

/**
 * Adds tags to those of a key. Recorded: localstack's snapshots
 * test_tag_key_with_duplicate_tag_keys_raises_error, …_too_many_tags_….
 */
export function putTags(tags: Map<string, string>, added: readonly Tag[]): void {
  const pairs = added.map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue] as const);
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Fault("TagException", "Duplicate tag keys");
  addTags(tags, pairs, () => new Fault("TagException", "Too many tags"));
}
