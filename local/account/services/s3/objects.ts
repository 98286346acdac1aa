import type { DeletedObject, _Error as DeletionError, GetObjectOutput } from "@aws-sdk/client-s3";
import type { Clients } from "../../endpoint/clients";
import { Content } from "../../endpoint/content";
import { Fault } from "../../endpoint/fault";
import type { Caller, Handlers, Host } from "../../endpoint/service";
import { readAttributes, unsupportedOnWrite } from "./attributes";
import { type Bucket, type Buckets, bucketArn, objectArn } from "./bucket";
import { algorithmOf, type Checksums, checksumOf, checksumsIn, defaultAlgorithm, md5 } from "./checksums";
import { checkRead, checkWrite, readRange } from "./conditions";
import { type Encryption, encryptionHeaders } from "./encryption";
import { malformedXml, refuse, s3Fault } from "./faults";
import { expirationOf } from "./lifecycle";
import { bury, checkKey, checkVersionId, current, find, type ObjectVersion, remove } from "./versions";
import { marker, store, versionHeader } from "./write";

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

const unsupportedOnRead = ["SSECustomerAlgorithm", "SSECustomerKey"];

/** Finds the version that a reader asks for; who may not list the bucket does not learn that a key is missing. */
export function findFor(
  host: Host,
  call: Caller,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  method = "GET",
): ObjectVersion {
  try {
    return find(bucket, key, versionId, method);
  } catch (missing) {
    if (missing instanceof Fault && /^NoSuch/.test(missing.code)) {
      host.authorise(call, { action: "s3:ListBucket", resource: bucketArn(bucket.name) });
    }
    throw missing;
  }
}

/** Objects one by one: put, get, head, delete. */
export function objectHandlers(host: Host, buckets: Buckets, encryption: Encryption) {
  const read = (operation: "GetObject" | "HeadObject", input: ReadRequest, call: Caller) => {
    refuse(operation, input, unsupportedOnRead);
    if (input.PartNumber !== undefined && input.Range !== undefined) {
      throw s3Fault("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
    }
    const bucket = buckets.of(call, input);
    const method = operation === "GetObject" ? "GET" : "HEAD";
    const version = findFor(host, call, bucket, input.Key ?? "", input.VersionId, method);
    checkRead(input, version, host.clock.now());
    const { size } = version.body;
    const range = input.PartNumber === undefined ? readRange(input.Range, size) : partRange(version, input.PartNumber);
    const withParts = input.PartNumber !== undefined && version.parts !== undefined;
    // Of an old version AWS does not say when the rules remove it.
    const expiration = input.VersionId === undefined ? expirationOf(bucket, version) : undefined;
    return {
      bucket,
      version,
      body: range ? version.body.slice(range.start, range.end + 1) : version.body,
      headers: {
        ...describe(bucket, version),
        ...(range ? { ContentRange: `bytes ${range.start}-${range.end}/${size}` } : {}),
        ...(withParts ? { PartsCount: version.parts?.length } : {}),
        ...(expiration === undefined ? {} : { Expiration: expiration }),
        ...(input.ChecksumMode === "ENABLED" ? checksumHeaders(version, range, input.PartNumber) : {}),
      } satisfies Partial<GetObjectOutput>,
    };
  };

  return {
    async PutObject(input, call) {
      refuse("PutObject", input, unsupportedOnWrite);
      const { Key: key = "", Body: body = Content.empty } = input;
      checkKey(key);
      const bucket = buckets.of(call, input);
      const attributes = readAttributes(input, await encryption.forNew(call, bucket, key, input));
      const etag = await md5(body);
      const given = checksumsIn(input);
      const checksums = algorithmOf(given) ? given : await checksumOf(defaultAlgorithm, body);
      checkWrite(input, key, current(bucket, key));
      const version = store(host, bucket, { key, body, attributes, etag, checksums });
      const expiration = expirationOf(bucket, version);
      return {
        ETag: `"${version.etag}"`,
        ...version.checksums,
        ChecksumType: version.checksumType,
        ...(expiration === undefined ? {} : { Expiration: expiration }),
        ...versionHeader(bucket, version),
        ...encryptionHeaders(version.encryption),
      };
    },

    async GetObject(input, call) {
      const { bucket, version, body, headers } = read("GetObject", input, call);
      await encryption.open(call, bucket, version.key, version.encryption);
      return { ...headers, ...overrides(input), ContentLength: body.size, Body: body };
    },

    async HeadObject(input, call) {
      const { bucket, version, body, headers } = read("HeadObject", input, call);
      // A checksum depends on the content: only callers that may decrypt it get it.
      if (input.ChecksumMode === "ENABLED") await encryption.open(call, bucket, version.key, version.encryption);
      return { ...headers, ...overrides(input), ContentLength: body.size };
    },

    DeleteObject(input, call) {
      refuse("DeleteObject", input, ["MFA"]);
      refuseDirectoryBucketHeaders(input);
      const bucket = buckets.of(call, input);
      if (input.BypassGovernanceRetention) throw noObjectLock();
      const { Key: key = "", VersionId: id, IfMatch } = input;
      if (IfMatch !== undefined) checkWrite({ IfMatch }, key, current(bucket, key));
      return deleteOne(host, bucket, key, id);
    },

    DeleteObjects(input, call) {
      refuse("DeleteObjects", input, ["MFA"]);
      const bucket = buckets.of(call, input);
      if (input.BypassGovernanceRetention) throw noObjectLock();
      const { Objects = [], Quiet } = input.Delete ?? {};
      if (Objects.length === 0 || Objects.length > 1000) throw malformedXml();
      const deleted: DeletedObject[] = [];
      const errors: DeletionError[] = [];
      for (const object of Objects) {
        refuse("DeleteObjects", object, ["ETag", "LastModifiedTime", "Size"]);
        const { Key = "", VersionId } = object;
        const named = { Key, ...(VersionId === undefined ? {} : { VersionId }) };
        try {
          // Each key is asked for by itself: one that is denied does not keep the others.
          host.authorise(call, { action: deleteAction(VersionId), resource: objectArn(bucket.name, Key) });
          const done = deleteOne(host, bucket, Key, VersionId);
          deleted.push({
            ...named,
            ...(done.DeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId } : {}),
          });
        } catch (error) {
          if (!(error instanceof Fault) || error.status === 501) throw error;
          errors.push({ ...named, Code: error.code, Message: error.message });
        }
      }
      return { ...(Quiet ? {} : { Deleted: deleted }), Errors: errors };
    },
  } satisfies Handlers<Clients["s3"]>;
}

export const deleteAction = (versionId: string | undefined) =>
  versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";

const noObjectLock = () =>
  s3Fault("InvalidArgument", "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.", {
    ArgumentName: "x-amz-bypass-governance-retention",
  });

/** Conditions that directory buckets have and general purpose buckets refuse (API reference, DeleteObject). */
function refuseDirectoryBucketHeaders(input: {
  IfMatchLastModifiedTime?: Date | undefined;
  IfMatchSize?: number | undefined;
}) {
  const header =
    input.IfMatchLastModifiedTime !== undefined
      ? "x-amz-if-match-last-modified-time"
      : input.IfMatchSize !== undefined
        ? "x-amz-if-match-size"
        : undefined;
  if (header === undefined) return;
  throw s3Fault("NotImplemented", "A header you provided implies functionality that is not implemented", {
    Header: header,
  });
}

function deleteOne(
  host: Host,
  bucket: Bucket,
  key: string,
  id: string | undefined,
): { VersionId?: string; DeleteMarker?: boolean } {
  checkVersionId(id);
  for (const upload of bucket.uploads.values()) if (upload.key === key) upload.keyDeleted = true;
  if (id !== undefined) {
    const removed = remove(bucket, key, id);
    return { VersionId: id, ...(removed?.deleteMarker ? { DeleteMarker: true } : {}) };
  }
  const made = bury(bucket, key, () => marker(host, bucket, key));
  return made ? { DeleteMarker: true, VersionId: made.id } : {};
}

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
    ...(version.expires ? { ExpiresString: version.expires.toUTCString() } : {}),
    Metadata: { ...version.metadata },
    ...(version.storageClass === "STANDARD" ? {} : { StorageClass: version.storageClass }),
    ...(version.tags.size > 0 ? { TagCount: version.tags.size } : {}),
    ...versionHeader(bucket, version),
    ...encryptionHeaders(version.encryption),
  };
}

/** A checksum of the whole says nothing of a range; a part answers with its own. */
function checksumHeaders(
  version: ObjectVersion,
  range: { start: number; end: number } | undefined,
  partNumber: number | undefined,
): Checksums & { ChecksumType?: ObjectVersion["checksumType"] } {
  const whole = range === undefined || (range.start === 0 && range.end === version.body.size - 1);
  const checksums =
    partNumber !== undefined && version.parts
      ? (version.parts[partNumber - 1]?.checksums ?? {})
      : whole
        ? version.checksums
        : {};
  return algorithmOf(checksums) ? { ...checksums, ChecksumType: version.checksumType } : {};
}

interface Overrides {
  ResponseContentType?: string | undefined;
  ResponseContentDisposition?: string | undefined;
  ResponseContentEncoding?: string | undefined;
  ResponseContentLanguage?: string | undefined;
  ResponseCacheControl?: string | undefined;
  ResponseExpires?: Date | undefined;
}

/** Headers that the reader wants otherwise; presigned links use them. */
function overrides(input: Overrides) {
  const wanted = {
    ContentType: input.ResponseContentType,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    CacheControl: input.ResponseCacheControl,
    ExpiresString: input.ResponseExpires?.toUTCString(),
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

function partRange({ parts, body }: ObjectVersion, number: number): { start: number; end: number } | undefined {
  const sizes = parts?.map((part) => part.size) ?? [body.size];
  const size = sizes[number - 1];
  if (size === undefined) {
    throw s3Fault("InvalidPartNumber", "The requested partnumber is not satisfiable", {
      PartNumberRequested: number,
      ActualPartCount: sizes.length,
    });
  }
  const start = sizes.slice(0, number - 1).reduce((sum, part) => sum + part, 0);
  return size === 0 ? undefined : { start, end: start + size - 1 };
}
