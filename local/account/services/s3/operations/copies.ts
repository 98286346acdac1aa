import { Fault } from "../../../aws/fault";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { refuse, s3Fault } from "../faults";
import { readAttributes, unsupportedOnWrite } from "../request/attributes";
import {
  algorithmOf,
  type ChecksumAlgorithm,
  computeChecksum,
  computeMd5,
  defaultAlgorithm,
  isChecksumAlgorithm,
} from "../request/checksums";
import { checkCopySource, checkWrite } from "../request/conditions";
import { readCopySource, unsupportedOnCopy } from "../request/copy-source";
import type { Bucket, Buckets } from "../state/bucket";
import { type Encryption, encryptionHeaders } from "../state/encryption";
import { findReadable } from "../state/find-readable";
import { expirationHeader } from "../state/lifecycle";
import { checkKey, findCurrent, nullVersion, type ObjectVersion } from "../state/versions";
import { storeObject, versionHeader, wholeSecond } from "../state/write";

/** Copies of whole objects. */
export function copyHandlers(host: Host, buckets: Buckets, encryption: Encryption) {
  return {
    async CopyObject(input, call) {
      refuse("CopyObject", input, [...unsupportedOnWrite, ...unsupportedOnCopy, "AnnotationDirective"]);
      const target = buckets.of(call, input);
      const key = input.Key ?? "";
      checkKey(key);
      const from = readCopySource(input.CopySource);
      const source = buckets.of(call, { Bucket: from.bucket, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
      const original = findCopySource(() => findReadable(host, call, source, from.key, from.versionId));
      checkCopySource(input, original, host.clock.now());
      checkWrite(input, key, findCurrent(target, key));
      const same = source === target && from.key === key && from.versionId === undefined;
      if (same && !changesSomething(input, original, target)) throw copyOntoItself();
      await encryption.checkDecrypt(call, source, original.key, original.encryption);
      const given = readAttributes(input, await encryption.encryptNew(call, target, key, input));
      const kept = input.MetadataDirective === "REPLACE" ? given : original;
      const checksums = await computeChecksum(copyAlgorithm(input.ChecksumAlgorithm, original), original.body);
      const etag = await computeMd5(original.body);
      checkWrite(input, key, findCurrent(target, key));
      const version = storeObject(host, target, {
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
        CopyObjectResult: {
          ETag: `"${version.etag}"`,
          LastModified: wholeSecond(version.modified),
          ...version.checksums,
          ChecksumType: version.checksumType,
        },
        ...(original.id === nullVersion ? {} : { CopySourceVersionId: original.id }),
        ...versionHeader(target, version),
        ...expirationHeader(target, version),
        ...encryptionHeaders(version.encryption),
      };
    },
  } satisfies Handlers<Clients["s3"]>;
}

/** The original's algorithm, unless the request asks for another one. */
function copyAlgorithm(asked: string | undefined, original: ObjectVersion): ChecksumAlgorithm {
  if (asked !== undefined && isChecksumAlgorithm(asked)) return asked;
  return algorithmOf(original.checksums) ?? defaultAlgorithm;
}

/** Finds the source of a copy, with S3's own words for a delete marker. */
export function findCopySource(look: () => ObjectVersion): ObjectVersion {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "MethodNotAllowed") throw error;
    throw s3Fault(
      "InvalidRequest",
      "The source of a copy request may not specifically refer to a delete marker by version id.",
    );
  }
}

interface CopyChanges {
  MetadataDirective?: string | undefined;
  StorageClass?: string | undefined;
  ServerSideEncryption?: string | undefined;
  SSEKMSKeyId?: string | undefined;
}

/**
 * Returns whether a copy of an object onto itself changes the object (recorded: an encryption is
 * enough).
 */
function changesSomething(input: CopyChanges, original: ObjectVersion, bucket: Bucket): boolean {
  return (
    input.MetadataDirective === "REPLACE" ||
    input.StorageClass !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.SSEKMSKeyId !== undefined ||
    original.encryption.algorithm !== "AES256" ||
    bucket.encryption.configured
  );
}

const copyOntoItself = () =>
  s3Fault(
    "InvalidRequest",
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
