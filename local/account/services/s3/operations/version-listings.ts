import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidArgument, refuse } from "../faults";
import type { Bucket, Buckets } from "../state/bucket";
import { sortedKeys } from "../state/key-index";
import { createEncoder, type ListRequest, pageSize, walkKeys } from "../state/list-keys";
import type { ObjectVersion } from "../state/versions";
import { ownerOf, wholeSecond } from "../state/write";
import { describeListed } from "./listings";

/** Lists the versions of a bucket's objects. */
export function versionListingHandlers(buckets: Buckets) {
  return {
    async ListObjectVersions(input, call) {
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
        LastModified: wholeSecond(version.modified),
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

interface VersionEntry {
  readonly key: string;
  /** Absent for a common prefix. */
  readonly version: ObjectVersion | undefined;
}

/**
 * Versions in order of their keys, the newest of a key first; a page may end in the middle of a
 * key.
 */
function listVersions(bucket: Bucket, request: ListRequest, versionMarker: string | undefined) {
  const keys = sortedKeys(bucket.objects);
  const entries: VersionEntry[] = [];
  const isFull = () => entries.length > request.limit;
  const addVersions = (versions: readonly ObjectVersion[] = [], from = 0) => {
    for (let i = from; i < versions.length && !isFull(); i++) {
      const version = versions[i];
      if (version) entries.push({ key: version.key, version });
    }
  };
  if (versionMarker !== undefined) {
    const started = bucket.objects.get(request.after) ?? [];
    addVersions(started, started.findIndex(({ id }) => id === versionMarker) + 1);
  }
  for (const entry of walkKeys(keys, request, () => true)) {
    if (isFull()) break;
    if (entry.isPrefix) entries.push({ key: entry.name, version: undefined });
    else addVersions(bucket.objects.get(entry.name));
  }
  const given = entries.slice(0, request.limit);
  const end = given.at(-1);
  return {
    versions: given.map(({ version }) => version).filter((version) => version !== undefined),
    prefixes: given.filter(({ version }) => version === undefined).map(({ key }) => key),
    next: entries.length > given.length && end ? { key: end.key, id: end.version?.id } : undefined,
  };
}
