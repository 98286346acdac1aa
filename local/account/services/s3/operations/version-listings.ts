import type { Clients } from "../../../endpoint/clients";
import type { Handlers } from "../../../endpoint/service";
import { invalidArgument, refuse } from "../faults";
import type { Bucket, Buckets } from "../state/bucket";
import { compare, createEncoder, type ListRequest, listKeys, pageSize } from "../state/list-keys";
import type { ObjectVersion } from "../state/versions";
import { ownerOf } from "../state/write";
import { describeListed } from "./listings";

/** Lists the versions of a bucket's objects. */
export function versionListingHandlers(buckets: Buckets) {
  return {
    ListObjectVersions(input, call) {
      refuse("ListObjectVersions", input, ["OptionalObjectAttributes"]);
      const bucket = buckets.of(call, input);
      const encode = createEncoder(input.EncodingType);
      const { Prefix = "", Delimiter = "", KeyMarker = "", VersionIdMarker } = input;
      checkMarkers(KeyMarker, VersionIdMarker);
      const limit = pageSize(input.MaxKeys);
      const page = listVersions(
        bucket,
        { prefix: Prefix, delimiter: Delimiter, after: KeyMarker, limit },
        VersionIdMarker,
      );
      const view = (version: ObjectVersion) => ({
        Key: encode(version.key),
        VersionId: version.id,
        IsLatest: bucket.objects.get(version.key)?.[0] === version,
        LastModified: version.modified,
        Owner: ownerOf(bucket),
      });
      const { next } = page;
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        KeyMarker: encode(KeyMarker),
        VersionIdMarker: VersionIdMarker ?? "",
        ...(Delimiter === "" ? {} : { Delimiter: encode(Delimiter) }),
        MaxKeys: limit,
        EncodingType: input.EncodingType,
        IsTruncated: next !== undefined,
        Versions: page.versions
          .filter(({ deleteMarker }) => !deleteMarker)
          .map((v) => ({ ...view(v), ...describeListed(v) })),
        DeleteMarkers: page.versions.filter(({ deleteMarker }) => deleteMarker).map(view),
        CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
        ...(next ? { NextKeyMarker: encode(next.key), NextVersionIdMarker: next.id } : {}),
      };
    },
  } satisfies Handlers<Clients["s3"]>;
}

function checkMarkers(keyMarker: string, versionIdMarker: string | undefined): void {
  if (versionIdMarker === "") {
    throw invalidArgument("A version-id marker cannot be empty.", "version-id-marker", "");
  }
  if (versionIdMarker !== undefined && keyMarker === "") {
    throw invalidArgument(
      "A version-id marker cannot be specified without a key marker.",
      "version-id-marker",
      versionIdMarker,
    );
  }
}

/** Versions in order of their keys, the newest of a key first; a page may end in the middle of a key. */
function listVersions(bucket: Bucket, request: ListRequest, versionMarker: string | undefined) {
  const started = versionMarker === undefined ? [] : (bucket.objects.get(request.after) ?? []);
  const position = started.findIndex(({ id }) => id === versionMarker);
  const { keys, prefixes } = listKeys(bucket.objects.keys(), { ...request, limit: Number.POSITIVE_INFINITY });
  const entries = [
    ...started.slice(position + 1).map((version) => ({ key: version.key, version })),
    ...keys.flatMap((key) => (bucket.objects.get(key) ?? []).map((version) => ({ key, version }))),
    ...prefixes.map((key) => ({ key, version: undefined })),
  ].sort((a, b) => compare(a.key, b.key));
  const given = entries.slice(0, request.limit);
  const end = given.at(-1);
  return {
    versions: given.map(({ version }) => version).filter((version) => version !== undefined),
    prefixes: given.filter(({ version }) => version === undefined).map(({ key }) => key),
    next: entries.length > given.length && end ? { key: end.key, id: end.version?.id } : undefined,
  };
}
