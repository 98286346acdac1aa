import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { deleteMarkerFault } from "../faults";
import { objectTagLimit, readTags } from "../request/tags";
import type { Bucket, Buckets } from "../state/bucket";
import { findVersion, markerHeaders, type ObjectVersion, setTags } from "../state/versions";
import { versionHeader } from "../state/write";

/** Tags of objects. */
export function taggingHandlers(buckets: Buckets) {
  return {
    GetObjectTagging(input, call) {
      const bucket = buckets.of(call, input);
      const version = findForTags(bucket, "GET", input);
      const tags = Array.from(version.tags, ([Key, Value]) => ({ Key, Value }));
      return { TagSet: tags, ...versionHeader(bucket, version) };
    },
    PutObjectTagging(input, call) {
      const bucket = buckets.of(call, input);
      const version = findForTags(bucket, "PUT", input);
      setTags(bucket, version, readTags(input.Tagging?.TagSet ?? [], objectTagLimit));
      return versionHeader(bucket, version);
    },
  } satisfies Handlers<Clients["s3"]>;
}

/** Unlike a read, it gets the error that the newest version is a delete marker. */
function findForTags(
  bucket: Bucket,
  method: string,
  { Key = "", VersionId }: { Key: string | undefined; VersionId?: string | undefined },
): ObjectVersion {
  const newest = bucket.objects.get(Key)?.[0];
  if (VersionId === undefined && newest?.deleteMarker) throw deleteMarkerFault(method, markerHeaders(newest));
  return findVersion(bucket, Key, VersionId, method);
}
