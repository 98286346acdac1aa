import type { StorageClass } from "@aws-sdk/client-s3";
import { notImplemented } from "../../../aws/fault";
import { s3Fault } from "../faults";
import type { ObjectAttributes } from "../state/bucket";
import type { ObjectEncryption } from "../state/versions";
import { readTagHeader } from "./tags";

interface AttributesRequest {
  ContentType?: string | undefined;
  ContentEncoding?: string | undefined;
  ContentLanguage?: string | undefined;
  ContentDisposition?: string | undefined;
  CacheControl?: string | undefined;
  Expires?: Date | undefined;
  Metadata?: Record<string, string> | undefined;
  StorageClass?: StorageClass | undefined;
  Tagging?: string | undefined;
  ACL?: string | undefined;
}

/** Members of puts, copies and multipart uploads that the account does not know. */
export const unsupportedOnWrite = [
  "ChecksumMD5",
  "ChecksumSHA512",
  "ChecksumXXHASH128",
  "ChecksumXXHASH3",
  "ChecksumXXHASH64",
  "GrantFullControl",
  "GrantRead",
  "GrantReadACP",
  "GrantWriteACP",
  "ObjectLockEventHold",
  "ObjectLockEventHoldDurationDays",
  "ObjectLockEventHoldDurationYears",
  "ObjectLockLegalHoldStatus",
  "ObjectLockMode",
  "ObjectLockRetainUntilDate",
  "SSECustomerAlgorithm",
  "SSECustomerKey",
  "SSECustomerKeyMD5",
  "SSEKMSEncryptionContext",
  "WebsiteRedirectLocation",
  "WriteOffsetBytes",
];

/** Classes whose objects must be restored before they can be read; restoring is not implemented. */
const archives = new Set<string>(["GLACIER", "DEEP_ARCHIVE"]);
/** Classes that only other kinds of buckets have. */
const notHere = new Set<string>(["OUTPOSTS", "SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS", "FSX_ONTAP"]);

const metadataLimit = 2048;

/** Reads what a request sets of an object, except its bytes and their encryption. */
export function readAttributes(input: AttributesRequest, encryption: ObjectEncryption): ObjectAttributes {
  const given = Object.entries(input.Metadata ?? {});
  const size = given.reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
  if (size > metadataLimit) {
    throw s3Fault("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", {
      Size: size,
      MaxSizeAllowed: metadataLimit,
    });
  }
  if (input.ACL !== undefined && input.ACL !== "private" && input.ACL !== "bucket-owner-full-control") {
    throw s3Fault("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  return {
    contentType: input.ContentType ?? "binary/octet-stream",
    contentEncoding: input.ContentEncoding,
    contentLanguage: input.ContentLanguage,
    contentDisposition: input.ContentDisposition,
    cacheControl: input.CacheControl,
    expires: input.Expires,
    metadata: { ...input.Metadata },
    storageClass: readStorageClass(input.StorageClass),
    tags: readTagHeader(input.Tagging),
    encryption,
  };
}

function readStorageClass(storageClass: StorageClass = "STANDARD"): StorageClass {
  if (notHere.has(storageClass)) {
    throw s3Fault("InvalidStorageClass", "The storage class you specified is not valid", {
      StorageClassRequested: storageClass,
    });
  }
  if (archives.has(storageClass)) throw notImplemented(`s3: the storage class ${storageClass}`);
  return storageClass;
}
