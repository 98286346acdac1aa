import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidArgument, refuse } from "../faults";
import type { Bucket, Buckets } from "../state/bucket";
import { sortedKeys } from "../state/key-index";
import { createEncoder, type ListRequest, listKeys, pageSize } from "../state/list-keys";
import { findCurrent, type ObjectVersion } from "../state/versions";
import { ownerOf, wholeSecond } from "../state/write";

// Not pages of `host/page.ts`: a list continues after a key or a common prefix, also without a
// token (StartAfter), and the error names the argument.
const writeToken = (key: string) => Buffer.from(key).toString("base64url");

function readToken(text: string): string {
  const key = Buffer.from(text, "base64url").toString();
  if (text !== "" && writeToken(key) === text) return key;
  throw invalidArgument("The continuation token provided is incorrect", "continuation-token");
}

/** Lists the objects of a bucket. */
export function listingHandlers(buckets: Buckets) {
  const listCurrent = async (bucket: Bucket, request: ListRequest) =>
    listKeys(sortedKeys(bucket.objects), request, (key) => findCurrent(bucket, key) !== undefined);
  const entry = (bucket: Bucket, key: string, encode: (text: string) => string, withOwner: boolean) => {
    const version = findCurrent(bucket, key);
    return {
      Key: encode(key),
      ...(version ? describeListed(version) : {}),
      ...(withOwner ? { Owner: ownerOf(bucket) } : {}),
    };
  };

  return {
    async ListObjectsV2(input, call) {
      refuse("ListObjectsV2", input, ["OptionalObjectAttributes"]);
      const bucket = buckets.of(call, input);
      const encode = createEncoder(input.EncodingType);
      const { Prefix = "", Delimiter = "", ContinuationToken, StartAfter, FetchOwner = false } = input;
      const limit = pageSize(input.MaxKeys);
      const after = ContinuationToken === undefined ? (StartAfter ?? "") : readToken(ContinuationToken);
      const { keys, prefixes, last } = await listCurrent(bucket, {
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
        NextContinuationToken: last === undefined ? undefined : writeToken(last),
        ...(StartAfter === undefined || ContinuationToken !== undefined ? {} : { StartAfter: encode(StartAfter) }),
      };
    },

    /** The first version of the operation, which boto3's `Bucket.objects` calls. */
    async ListObjects(input, call) {
      refuse("ListObjects", input, ["OptionalObjectAttributes"]);
      const bucket = buckets.of(call, input);
      const encode = createEncoder(input.EncodingType);
      const { Prefix = "", Delimiter = "", Marker = "" } = input;
      const limit = pageSize(input.MaxKeys);
      const request = { prefix: Prefix, delimiter: Delimiter, after: Marker, limit };
      const { keys, prefixes, last } = await listCurrent(bucket, request);
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
        // Only with a delimiter: without one the last key is the marker (API reference,
        // ListObjects).
        ...(last === undefined || Delimiter === "" ? {} : { NextMarker: encode(last) }),
      };
    },
  } satisfies Handlers<Clients["s3"]>;
}

/** An object as lists show it. */
export function describeListed(version: ObjectVersion) {
  return {
    LastModified: wholeSecond(version.modified),
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
