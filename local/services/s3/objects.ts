import { Content } from "../../endpoint/content";
import { Fault } from "../../endpoint/fault";
import type { Caller, Clients, Handlers, Host } from "../../endpoint/service";
import { readAttributes, unsupportedOnWrite } from "./attributes";
import { type Bucket, type Buckets, bucketArn, objectArn } from "./bucket";
import { checksumOf, checksumsIn, md5 } from "./checksums";
import { checkRead, checkWrite, readRange } from "./conditions";
import { readCopySource } from "./copy-source";
import { type Encryption, encryptionHeaders } from "./encryption";
import { refuse, s3Fault } from "./faults";
import { bury, checkKey, current, find, type ObjectVersion, remove } from "./versions";
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

/** Objects one by one: put, get, head, copy. */
export function objectHandlers(host: Host, buckets: Buckets, encryption: Encryption): Handlers<Clients["s3"]> {
  /** Who may not list the bucket does not learn that a key is missing. */
  const findFor = (call: Caller, bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion => {
    try {
      return find(bucket, key, versionId);
    } catch (missing) {
      if (missing instanceof Fault && missing.code !== "MethodNotAllowed") {
        host.authorise(call, { action: "s3:ListBucket", resource: bucketArn(bucket.name) });
      }
      throw missing;
    }
  };

  const read = (operation: string, input: ReadRequest, call: Caller) => {
    refuse(operation, input, unsupportedOnRead);
    const bucket = buckets.of(call, input);
    const version = findFor(call, bucket, input.Key ?? "", input.VersionId);
    checkRead(input, version);
    const { size } = version.body;
    const range = input.PartNumber === undefined ? readRange(input.Range, size) : partRange(version, input.PartNumber);
    const whole = range === undefined || (range.start === 0 && range.end === size - 1);
    return {
      bucket,
      version,
      body: range ? version.body.slice(range.start, range.end + 1) : version.body,
      headers: {
        ...describe(bucket, version),
        ...(range ? { ContentRange: `bytes ${range.start}-${range.end}/${size}` } : {}),
        ...(input.PartNumber !== undefined && version.partSizes ? { PartsCount: version.partSizes.length } : {}),
        // A checksum of the whole says nothing of a part.
        ...(input.ChecksumMode === "ENABLED" && whole
          ? { ...version.checksums, ...(version.checksumType ? { ChecksumType: version.checksumType } : {}) }
          : {}),
      },
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
      checkWrite(input, current(bucket, key));
      const version = store(host, bucket, { key, body, attributes, etag, checksums: checksumsIn(input) });
      return {
        ETag: `"${version.etag}"`,
        ...version.checksums,
        ...(version.checksumType ? { ChecksumType: version.checksumType } : {}),
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
      // A checksum tells of the content: only who may decrypt it may see it.
      if (input.ChecksumMode === "ENABLED") await encryption.open(call, bucket, version.key, version.encryption);
      return { ...headers, ...overrides(input), ContentLength: body.size };
    },

    async CopyObject(input, call) {
      refuse("CopyObject", input, [...unsupportedOnWrite, "CopySourceSSECustomerAlgorithm", "AnnotationDirective"]);
      const target = buckets.of(call, input);
      const key = input.Key ?? "";
      checkKey(key);
      const from = readCopySource(input.CopySource);
      const source = buckets.of(call, { Bucket: from.bucket, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
      const original = findFor(call, source, from.key, from.versionId);
      checkRead(
        {
          IfMatch: input.CopySourceIfMatch,
          IfNoneMatch: input.CopySourceIfNoneMatch,
          IfModifiedSince: input.CopySourceIfModifiedSince,
          IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
        },
        original,
      );
      refuseCopyOntoItself(input, source === target && from.key === key && from.versionId === undefined);
      await encryption.open(call, source, original.key, original.encryption);
      const given = readAttributes(input, await encryption.forNew(call, target, key, input));
      const kept = input.MetadataDirective === "REPLACE" ? given : original;
      const checksums = input.ChecksumAlgorithm
        ? await checksumOf(input.ChecksumAlgorithm, original.body)
        : original.checksums;
      const etag = await md5(original.body);
      checkWrite(input, current(target, key));
      const version = store(host, target, {
        key,
        body: original.body,
        etag,
        checksums,
        attributes: {
          ...kept,
          storageClass: given.storageClass,
          tags: input.TaggingDirective === "REPLACE" ? given.tags : original.tags,
          encryption: given.encryption,
        },
      });
      return {
        CopyObjectResult: { ETag: `"${version.etag}"`, LastModified: version.modified, ...version.checksums },
        ...(source.versioning === undefined ? {} : { CopySourceVersionId: original.id }),
        ...versionHeader(target, version),
        ...encryptionHeaders(version.encryption),
      };
    },

    DeleteObject(input, call) {
      refuse("DeleteObject", input, ["MFA", "BypassGovernanceRetention", "IfMatchLastModifiedTime", "IfMatchSize"]);
      const bucket = buckets.of(call, input);
      const { Key: key = "", VersionId: id, IfMatch } = input;
      if (IfMatch !== undefined) checkWrite({ IfMatch }, current(bucket, key));
      return deleteOne(host, bucket, key, id);
    },

    DeleteObjects(input, call) {
      refuse("DeleteObjects", input, ["MFA", "BypassGovernanceRetention"]);
      const bucket = buckets.of(call, input);
      const { Objects = [], Quiet } = input.Delete ?? {};
      if (Objects.length === 0 || Objects.length > 1000) {
        throw s3Fault(
          "MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published schema",
        );
      }
      const deleted = [];
      const errors = [];
      for (const object of Objects) {
        refuse("DeleteObjects", object, ["ETag", "LastModifiedTime", "Size"]);
        const { Key = "", VersionId } = object;
        try {
          // Each key is asked for by itself: one that is denied does not keep the others.
          host.authorise(call, { action: deleteAction(VersionId), resource: objectArn(bucket.name, Key) });
          const done = deleteOne(host, bucket, Key, VersionId);
          deleted.push({
            Key,
            ...(VersionId === undefined ? {} : { VersionId }),
            ...(done.DeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId } : {}),
          });
        } catch (error) {
          if (!(error instanceof Fault) || error.status === 501) throw error;
          errors.push({
            Key,
            ...(VersionId === undefined ? {} : { VersionId }),
            Code: error.code,
            Message: error.message,
          });
        }
      }
      return { ...(Quiet ? {} : { Deleted: deleted }), Errors: errors };
    },
  };
}

export const deleteAction = (versionId: string | undefined) =>
  versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";

function deleteOne(
  host: Host,
  bucket: Bucket,
  key: string,
  id: string | undefined,
): { VersionId?: string; DeleteMarker?: boolean } {
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

function partRange({ partSizes, body }: ObjectVersion, number: number): { start: number; end: number } | undefined {
  const sizes = partSizes ?? [body.size];
  const size = sizes[number - 1];
  if (size === undefined) throw s3Fault("InvalidPartNumber", "The requested partnumber is not satisfiable");
  const start = sizes.slice(0, number - 1).reduce((sum, part) => sum + part, 0);
  return size === 0 ? undefined : { start, end: start + size - 1 };
}

interface CopyChanges {
  MetadataDirective?: string | undefined;
  StorageClass?: string | undefined;
  ServerSideEncryption?: string | undefined;
}

function refuseCopyOntoItself(input: CopyChanges, same: boolean): void {
  if (!same || input.MetadataDirective === "REPLACE" || input.StorageClass || input.ServerSideEncryption) return;
  throw s3Fault(
    "InvalidRequest",
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}
