import { listTags } from "../../../aws/tags";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { s3Fault } from "../faults";
import { bucketTagLimit, readTags } from "../request/tags";
import type { Buckets } from "../state/bucket";

/** Tags of buckets. */
export function bucketTagHandlers(buckets: Buckets) {
  return {
    GetBucketTagging(input, call) {
      const { tags, name } = buckets.of(call, input);
      if (!tags) throw s3Fault("NoSuchTagSet", "The TagSet does not exist", { BucketName: name });
      return { TagSet: listTags(tags) };
    },
    PutBucketTagging(input, call) {
      const bucket = buckets.of(call, input);
      const tags = readTags(input.Tagging?.TagSet ?? [], bucketTagLimit);
      // An empty set removes the tags (recorded: GetBucketTagging returns NoSuchTagSet after it).
      bucket.tags = tags.size > 0 ? tags : undefined;
      return {};
    },
    DeleteBucketTagging(input, call) {
      buckets.of(call, input).tags = undefined;
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}
