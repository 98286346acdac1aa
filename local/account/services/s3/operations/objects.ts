import type { GetObjectOutput } from "@aws-sdk/client-s3";
import { Content } from "../../../content/content";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { refuse } from "../faults";
import { readAttributes, unsupportedOnWrite } from "../request/attributes";
import {
  algorithmOf,
  type Checksums,
  computeChecksum,
  computeMd5,
  defaultAlgorithm,
  readChecksums,
} from "../request/checksums";
import { checkRead, checkWrite } from "../request/conditions";
import { type ByteRange, readPart, readRange } from "../request/range";
import type { Bucket, Buckets } from "../state/bucket";
import { type Encryption, encryptionHeaders } from "../state/encryption";
import { findReadable } from "../state/find-readable";
import { expirationHeader } from "../state/lifecycle";
import { checkKey, findCurrent, nullVersion, type ObjectVersion } from "../state/versions";
import { storeObject, versionHeader } from "../state/write";

interface ReadRequest {
  Bucket: string | undefined;
  Key: string | undefined;
  VersionId?: string | undefined;
  Range?: string | undefined;
  PartNumber?: number | undefined;
  ChecksumMode?: string | undefined;
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
  IfModifiedSince?: Date | undefined;
  IfUnmodifiedSince?: Date | undefined;
}

const unsupportedOnRead = ["SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"];

/** Writes and reads objects. */
export function objectHandlers(host: Host, buckets: Buckets, encryption: Encryption) {
  return {
    async PutObject(input, call) {
      refuse("PutObject", input, unsupportedOnWrite);
      const { Key: key = "", Body: body = Content.empty } = input;
      checkKey(key);
      const bucket = buckets.of(call, input);
      const attributes = readAttributes(input, await encryption.encryptNew(call, bucket, key, input));
      const etag = await computeMd5(body);
      const given = readChecksums(input);
      const checksums = algorithmOf(given) ? given : await computeChecksum(defaultAlgorithm, body);
      checkWrite(input, key, findCurrent(bucket, key));
      const version = storeObject(host, bucket, { key, body, attributes, etag, checksums });
      return {
        ETag: `"${version.etag}"`,
        ...version.checksums,
        ChecksumType: version.checksumType,
        ...expirationHeader(bucket, version),
        // Recorded: a put into a bucket with suspended versions does not return its id, which
        // reading does.
        ...(version.id === nullVersion ? {} : { VersionId: version.id }),
        ...encryptionHeaders(version.encryption),
      };
    },

    async GetObject(input, call) {
      const { bucket, version, body, headers } = readVersion(host, buckets, "GetObject", input, call);
      await encryption.checkDecrypt(call, bucket, version.key, version.encryption);
      return { ...headers, ...readOverrides(input), ContentLength: body.size, Body: body };
    },

    async HeadObject(input, call) {
      const { bucket, version, body, headers } = readVersion(host, buckets, "HeadObject", input, call);
      // A checksum depends on the content: only callers that may decrypt it get it.
      if (wantsChecksum(input)) await encryption.checkDecrypt(call, bucket, version.key, version.encryption);
      return { ...headers, ...readOverrides(input), ContentLength: body.size };
    },
  } satisfies Handlers<Clients["s3"]>;
}

/** The version that a request reads, the range of its body, and the headers of the response. */
function readVersion(
  host: Host,
  buckets: Buckets,
  operation: "GetObject" | "HeadObject",
  input: ReadRequest,
  call: Caller,
) {
  refuse(operation, input, unsupportedOnRead);
  const bucket = buckets.of(call, input);
  const method = operation === "GetObject" ? "GET" : "HEAD";
  const version = findReadable(host, call, bucket, input.Key ?? "", input.VersionId, method);
  checkRead(input, version, host.clock.now());
  const { size } = version.body;
  const { parts } = version;
  const part = input.PartNumber;
  const range = part === undefined ? readRange(input.Range, size) : readPart(part, input.Range, { size, parts });
  return {
    bucket,
    version,
    body: range ? version.body.slice(range.start, range.end + 1) : version.body,
    headers: {
      ...describe(bucket, version),
      // Only the current version expires.
      ...(input.VersionId === undefined ? expirationHeader(bucket, version) : {}),
      ...(range && range.end >= range.start ? { ContentRange: `bytes ${range.start}-${range.end}/${size}` } : {}),
      // "This value is only returned if you specify partNumber in your request and the object was
      // uploaded as a multipart upload" (API reference, GetObject).
      ...(part !== undefined && parts.length > 0 ? { PartsCount: parts.length } : {}),
      ...(wantsChecksum(input) ? checksumHeaders(version, range) : {}),
    } satisfies Partial<GetObjectOutput>,
  };
}

const wantsChecksum = ({ ChecksumMode }: ReadRequest) => ChecksumMode?.toUpperCase() === "ENABLED";

function describe(bucket: Bucket, version: ObjectVersion) {
  return {
    AcceptRanges: "bytes",
    LastModified: version.modified,
    ETag: `"${version.etag}"`,
    ContentType: version.contentType,
    ContentEncoding: version.contentEncoding,
    ContentLanguage: version.contentLanguage,
    ContentDisposition: version.contentDisposition,
    CacheControl: version.cacheControl,
    Expires: version.expires,
    ...metadataHeaders(version.metadata),
    ...(version.storageClass === "STANDARD" ? {} : { StorageClass: version.storageClass }),
    ...(version.tags.size > 0 ? { TagCount: version.tags.size } : {}),
    ...versionHeader(bucket, version),
    ...encryptionHeaders(version.encryption),
  };
}

/**
 * A value outside of ASCII is encoded as RFC 2047 says, and an entry whose name can be no header is
 * counted (S3 user guide, "Working with object metadata"; API reference, x-amz-missing-meta).
 */
function metadataHeaders(metadata: ObjectVersion["metadata"]) {
  const all = Object.entries(metadata);
  const sent = all.filter(([name]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name));
  return {
    Metadata: Object.fromEntries(sent.map(([name, value]) => [name, toHeaderText(value)])),
    ...(sent.length < all.length && { MissingMeta: all.length - sent.length }),
  };
}

const toHeaderText = (text: string) =>
  /^[\x20-\x7e\t]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;

/** A range has no checksum. */
function checksumHeaders(
  version: ObjectVersion,
  range: ByteRange | undefined,
): Checksums & { ChecksumType?: ObjectVersion["checksumType"] } {
  const isWhole = range === undefined || (range.start === 0 && range.end === version.body.size - 1);
  return isWhole ? { ...version.checksums, ChecksumType: version.checksumType } : {};
}

interface Overrides {
  ResponseContentType?: string | undefined;
  ResponseContentDisposition?: string | undefined;
  ResponseContentEncoding?: string | undefined;
  ResponseContentLanguage?: string | undefined;
  ResponseCacheControl?: string | undefined;
  ResponseExpires?: Date | undefined;
}

/** Headers that a reader can replace; presigned links use them. */
function readOverrides(input: Overrides) {
  const wanted = {
    ContentType: input.ResponseContentType,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    CacheControl: input.ResponseCacheControl,
    Expires: input.ResponseExpires,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}
