import type { Clients } from "../../endpoint/clients";
import type { Handlers } from "../../endpoint/service";
import type { Bucket, Buckets } from "./bucket";
import { invalidArgument, refuse } from "./faults";
import { current, type ObjectVersion } from "./versions";
import { owner } from "./write";

interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys after this one; a common prefix that begins with it counts as seen. */
  readonly after: string;
  readonly limit: number;
}

export interface Listing {
  readonly keys: string[];
  readonly prefixes: string[];
  /** The last key or common prefix given out when there is more. */
  readonly last: string | undefined;
}

/** One page of keys in byte order, those that share a prefix up to the delimiter rolled into one. */
export function listKeys(keys: Iterable<string>, { prefix, delimiter, after, limit }: ListRequest): Listing {
  const listing = { keys: [] as string[], prefixes: [] as string[] };
  let last: string | undefined;
  let count = 0;
  const matching = sorted([...keys].filter((key) => key.startsWith(prefix) && compare(key, after) > 0));
  for (const key of matching) {
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const rolled = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (rolled !== undefined && (rolled === last || rolled === after)) continue;
    if (count === limit) return { ...listing, last: limit === 0 ? undefined : last };
    last = rolled ?? key;
    if (rolled === undefined) listing.keys.push(key);
    else listing.prefixes.push(rolled);
    count++;
  }
  return { ...listing, last: undefined };
}

/** S3 orders by UTF-8 bytes; JavaScript's own order is the same unless there are characters beyond the basic plane. */
export const compare = (a: string, b: string) =>
  beyondBasic.test(a) || beyondBasic.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : byUnits(a, b);
const beyondBasic = /[\ud800-\udfff]/;
const byUnits = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

const sorted = (keys: string[]) => keys.sort(keys.some((key) => beyondBasic.test(key)) ? compare : byUnits);

/** Characters that XML cannot carry make `EncodingType: url` necessary; the SDKs of Python and the CLI always ask for it. */
export function encoder(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type !== "url") {
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  }
  return (text) => encodeURIComponent(text).replaceAll("%2F", "/");
}

const token = (key: string) => Buffer.from(key).toString("base64url");
function readToken(text: string): string {
  const key = Buffer.from(text, "base64url").toString();
  if (text !== "" && token(key) === text) return key;
  throw invalidArgument("The continuation token provided is incorrect", "continuation-token");
}

/** How many a page has: what is asked for, at most a thousand. `parameter` is what the error names. */
export function pageSize(asked = 1000, parameter = "max-keys"): number {
  if (Number.isInteger(asked) && asked >= 0 && asked <= 2_147_483_647) return Math.min(asked, 1000);
  throw invalidArgument(`Argument ${parameter} must be an integer between 0 and 2147483647`, parameter, asked);
}

/** The lists of a bucket's objects and versions. */
export function listingHandlers(buckets: Buckets) {
  const currentKeys = (bucket: Bucket) => [...bucket.objects.keys()].filter((key) => current(bucket, key));
  const entry = (bucket: Bucket, key: string, encode: (text: string) => string, withOwner: boolean) => {
    const version = current(bucket, key);
    return { Key: encode(key), ...(version ? describe(version) : {}), ...(withOwner ? { Owner: owner(bucket) } : {}) };
  };

  return {
    ListObjectsV2(input, call) {
      refuse("ListObjectsV2", input, ["OptionalObjectAttributes"]);
      const bucket = buckets.of(call, input);
      const encode = encoder(input.EncodingType);
      const { Prefix = "", Delimiter = "", ContinuationToken, StartAfter, FetchOwner = false } = input;
      const limit = pageSize(input.MaxKeys);
      const after = ContinuationToken === undefined ? (StartAfter ?? "") : readToken(ContinuationToken);
      const { keys, prefixes, last } = listKeys(currentKeys(bucket), {
        prefix: Prefix,
        delimiter: Delimiter,
        after,
        limit,
      });
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        ...(Delimiter === "" ? {} : { Delimiter: encode(Delimiter) }),
        MaxKeys: limit,
        EncodingType: input.EncodingType,
        KeyCount: keys.length + prefixes.length,
        IsTruncated: last !== undefined,
        Contents: keys.map((key) => entry(bucket, key, encode, FetchOwner)),
        CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
        ContinuationToken,
        NextContinuationToken: last === undefined ? undefined : token(last),
        ...(StartAfter === undefined ? {} : { StartAfter: encode(StartAfter) }),
      };
    },

    ListObjects(input, call) {
      refuse("ListObjects", input, ["OptionalObjectAttributes"]);
      const bucket = buckets.of(call, input);
      const encode = encoder(input.EncodingType);
      const { Prefix = "", Delimiter = "", Marker = "" } = input;
      const limit = pageSize(input.MaxKeys);
      const request = { prefix: Prefix, delimiter: Delimiter, after: Marker, limit };
      const { keys, prefixes, last } = listKeys(currentKeys(bucket), request);
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        Marker: encode(Marker),
        ...(Delimiter === "" ? {} : { Delimiter: encode(Delimiter) }),
        MaxKeys: limit,
        EncodingType: input.EncodingType,
        IsTruncated: last !== undefined,
        Contents: keys.map((key) => entry(bucket, key, encode, true)),
        CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
        // Only with a delimiter: without one the last key is the marker (API reference, ListObjects).
        ...(last === undefined || Delimiter === "" ? {} : { NextMarker: encode(last) }),
      };
    },

    ListObjectVersions(input, call) {
      refuse("ListObjectVersions", input, ["OptionalObjectAttributes"]);
      const bucket = buckets.of(call, input);
      const encode = encoder(input.EncodingType);
      const { Prefix = "", Delimiter = "", KeyMarker = "", VersionIdMarker } = input;
      if (VersionIdMarker === "") {
        throw invalidArgument("A version-id marker cannot be empty.", "version-id-marker", "");
      }
      if (VersionIdMarker !== undefined && KeyMarker === "") {
        throw invalidArgument(
          "A version-id marker cannot be specified without a key marker.",
          "version-id-marker",
          VersionIdMarker,
        );
      }
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
        Owner: owner(bucket),
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
          .map((v) => ({ ...view(v), ...describe(v) })),
        DeleteMarkers: page.versions.filter(({ deleteMarker }) => deleteMarker).map(view),
        CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
        ...(next ? { NextKeyMarker: encode(next.key), NextVersionIdMarker: next.id } : {}),
      };
    },
  } satisfies Handlers<Clients["s3"]>;
}

function describe(version: ObjectVersion) {
  return {
    LastModified: version.modified,
    ETag: `"${version.etag}"`,
    Size: version.body.size,
    StorageClass: version.storageClass as never,
    ...(version.checksumType
      ? {
          ChecksumAlgorithm: Object.keys(version.checksums).map((name) => name.replace("Checksum", "")) as never,
          ChecksumType: version.checksumType,
        }
      : {}),
  };
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
