import type { Clients, Handlers } from "../../endpoint/service";
import { checkTags } from "./attributes";
import type { Buckets } from "./bucket";
import { find } from "./versions";
import { versionHeader } from "./write";

/** Tags of objects. */
export function taggingHandlers(buckets: Buckets): Handlers<Clients["s3"]> {
  return {
    GetObjectTagging(input, call) {
      const bucket = buckets.of(call, input);
      const version = find(bucket, input.Key ?? "", input.VersionId);
      const tags = Array.from(version.tags, ([Key, Value]) => ({ Key, Value }));
      return { TagSet: tags, ...versionHeader(bucket, version) };
    },
    PutObjectTagging(input, call) {
      const bucket = buckets.of(call, input);
      const version = find(bucket, input.Key ?? "", input.VersionId);
      const tags = input.Tagging?.TagSet ?? [];
      version.tags = checkTags(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
      return versionHeader(bucket, version);
    },
    DeleteObjectTagging(input, call) {
      const bucket = buckets.of(call, input);
      const version = find(bucket, input.Key ?? "", input.VersionId);
      version.tags = new Map();
      return versionHeader(bucket, version);
    },
  };
}
