import type { StorageClass } from "@aws-sdk/client-s3";
import type { Content } from "../../../endpoint/content";
import { deleteMarkerFault, invalidArgument, noSuchKey, s3Fault } from "../faults";
import type { Checksums, ChecksumType } from "../request/checksums";

export interface ObjectEncryption {
  readonly algorithm: "AES256" | "aws:kms";
  readonly keyArn?: string;
  readonly bucketKey?: boolean;
  /** The encrypted data key, which a reader must be allowed to decrypt; absent without a KMS key. */
  readonly dataKey?: Uint8Array;
}

/** A part after the completion of its upload. */
export interface StoredPart {
  readonly number: number;
  readonly size: number;
  readonly checksums: Checksums;
}

/** One version of an object, or the marker that it was deleted. */
export interface ObjectVersion {
  /** `null` when it was written while the bucket kept no versions. */
  readonly id: string;
  readonly key: string;
  readonly modified: Date;
  readonly deleteMarker: boolean;
  readonly body: Content;
  /** Without the quotes that requests and responses have. */
  readonly etag: string;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentLanguage: string | undefined;
  readonly contentDisposition: string | undefined;
  readonly cacheControl: string | undefined;
  readonly expires: Date | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  storageClass: StorageClass;
  tags: ReadonlyMap<string, string>;
  readonly encryption: ObjectEncryption;
  readonly checksums: Checksums;
  readonly checksumType: ChecksumType | undefined;
  /** Of an object that was uploaded in parts. */
  readonly parts: readonly StoredPart[] | undefined;
}

/** The part of a bucket that has its versions. */
interface Versioned {
  readonly objects: Map<string, ObjectVersion[]>;
  readonly versioning: "Enabled" | "Suspended" | undefined;
}

/** User guide, "Naming Amazon S3 objects": 1,024 bytes of UTF-8. */
const longestKey = 1024;

/** Throws KeyTooLongError. */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= longestKey) return;
  throw s3Fault("KeyTooLongError", "Your key is too long", { Size: size, MaxSizeAllowed: longestKey });
}

/** The version that a plain GET returns; undefined when there is none or its newest is a delete marker. */
export function findCurrent({ objects }: Versioned, key: string): ObjectVersion | undefined {
  const newest = objects.get(key)?.[0];
  return newest?.deleteMarker ? undefined : newest;
}

/** The id of the next version: `null` replaces the earlier one unless versions are enabled. */
export const createVersionId = ({ versioning }: Versioned, random: () => string) =>
  versioning === "Enabled" ? random() : "null";

/** Adds a version as the newest; the `null` version is overwritten, all others are kept. */
export function addVersion({ objects }: Versioned, version: ObjectVersion): void {
  const others = (objects.get(version.key) ?? []).filter(({ id }) => version.id !== "null" || id !== "null");
  objects.set(version.key, [version, ...others]);
}

/** Deletes one version permanently. Undefined when there was none: S3 returns success then, too. */
export function removeVersion({ objects }: Versioned, key: string, id: string): ObjectVersion | undefined {
  const versions = objects.get(key) ?? [];
  const removed = versions.find((version) => version.id === id);
  const rest = versions.filter((version) => version !== removed);
  if (rest.length > 0) objects.set(key, rest);
  else objects.delete(key);
  return removed;
}

/**
 * Deletes without a version id: permanently in a bucket that never kept versions, otherwise with a delete marker.
 * Returns the marker if one was made.
 */
export function addDeleteMarker(
  bucket: Versioned,
  key: string,
  marker: () => ObjectVersion,
): ObjectVersion | undefined {
  if (bucket.versioning === undefined) {
    bucket.objects.delete(key);
    return undefined;
  }
  const made = marker();
  addVersion(bucket, made);
  return made;
}

/** An id that no version of any object can have is refused, not searched for. */
export function checkVersionId(id: string | undefined): void {
  if (id === undefined || id === "null" || /^[A-Za-z0-9._-]{32}$/.test(id)) return;
  throw id === ""
    ? invalidArgument("Version id cannot be the empty string", "versionId", id)
    : invalidArgument("Invalid version id specified", "versionId", id);
}

/** The version in a request, or the current one. Throws NoSuchKey, NoSuchVersion, or MethodNotAllowed for a marker. */
export function findVersion(bucket: Versioned, key: string, id: string | undefined, method = "GET"): ObjectVersion {
  checkKey(key);
  if (id === undefined) {
    const version = findCurrent(bucket, key);
    if (!version) throw noSuchKey(key);
    return version;
  }
  checkVersionId(id);
  const version = bucket.objects.get(key)?.find((candidate) => candidate.id === id);
  if (!version) {
    throw s3Fault("NoSuchVersion", "The specified version does not exist.", { Key: key, VersionId: id });
  }
  if (version.deleteMarker) throw deleteMarkerFault(method);
  return version;
}
