import type { StorageClass } from "@aws-sdk/client-s3";
import type { Content } from "../../../content/content";
import { deleteMarkerFault, noSuchKey, s3Fault } from "../faults";
import type { Checksums, ChecksumType } from "../request/checksums";
import { noteChange } from "./key-index";
import { checkVersionId } from "./version-id";

export interface ObjectEncryption {
  readonly algorithm: "AES256" | "aws:kms";
  readonly keyArn?: string;
  readonly bucketKey?: boolean;
  /**
   * The encrypted data key, which a reader must be allowed to decrypt; absent without a KMS key.
   */
  readonly dataKey?: Uint8Array;
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
  readonly storageClass: StorageClass;
  readonly tags: ReadonlyMap<string, string>;
  readonly encryption: ObjectEncryption;
  readonly checksums: Checksums;
  readonly checksumType: ChecksumType | undefined;
  /** The parts of an object that was uploaded in parts, in their order; empty for others. */
  readonly parts: readonly ObjectPart[];
}

/** A part of an object. A reader counts the parts from 1, however the upload numbered them. */
export interface ObjectPart {
  readonly size: number;
  readonly checksums: Checksums;
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

/**
 * The version that a plain GET returns; undefined when there is none or its newest is a delete
 * marker.
 */
export function findCurrent({ objects }: Versioned, key: string): ObjectVersion | undefined {
  const newest = objects.get(key)?.[0];
  return newest?.deleteMarker ? undefined : newest;
}

/** The id of a version that was written while versions were not enabled. */
export const nullVersion = "null";

/** The id of the next version: `null` replaces the earlier one unless versions are enabled. */
export const createVersionId = ({ versioning }: Versioned, random: () => string) =>
  versioning === "Enabled" ? random() : nullVersion;

/** Adds a version as the newest; the `null` version is overwritten, all others are kept. */
export function addVersion({ objects }: Versioned, version: ObjectVersion): void {
  const others = (objects.get(version.key) ?? []).filter(({ id }) => version.id !== nullVersion || id !== nullVersion);
  objects.set(version.key, [version, ...others]);
  if (others.length === 0) noteChange(objects);
}

/** Gives a version other tags. */
export function setTags({ objects }: Versioned, version: ObjectVersion, tags: ReadonlyMap<string, string>): void {
  const versions = objects.get(version.key) ?? [];
  objects.set(
    version.key,
    versions.map((each) => (each === version ? { ...each, tags } : each)),
  );
}

/** Deletes one version permanently. Undefined when there was none: S3 returns success then, too. */
export function removeVersion(bucket: Versioned, key: string, id: string): ObjectVersion | undefined {
  const removed = bucket.objects.get(key)?.find((version) => version.id === id);
  if (removed) removeVersions(bucket, key, (version) => version === removed);
  return removed;
}

/** Deletes versions of a key permanently. */
export function removeVersions(
  { objects }: Versioned,
  key: string,
  isRemoved: (version: ObjectVersion) => boolean,
): void {
  const rest = (objects.get(key) ?? []).filter((version) => !isRemoved(version));
  if (rest.length > 0) objects.set(key, rest);
  else if (objects.delete(key)) noteChange(objects);
}

/**
 * Deletes without a version id: permanently in a bucket that never kept versions, otherwise with a
 * delete marker. Returns the marker if one was made.
 */
export function addDeleteMarker(
  bucket: Versioned,
  key: string,
  marker: () => ObjectVersion,
): ObjectVersion | undefined {
  if (bucket.versioning === undefined) {
    if (bucket.objects.delete(key)) noteChange(bucket.objects);
    return undefined;
  }
  const made = marker();
  addVersion(bucket, made);
  return made;
}

/** Headers that name a delete marker (user guide, "Working with delete markers"). */
export const markerHeaders = ({ id }: ObjectVersion) => ({ "x-amz-delete-marker": "true", "x-amz-version-id": id });

/**
 * The version in a request, or the current one. Throws NoSuchKey, NoSuchVersion, or
 * MethodNotAllowed for a marker.
 */
export function findVersion(bucket: Versioned, key: string, id: string | undefined, method = "GET"): ObjectVersion {
  checkKey(key);
  if (id === undefined) {
    const newest = bucket.objects.get(key)?.[0];
    // A marker cannot be read, like a missing object; writing to it is not allowed (recorded).
    if (newest?.deleteMarker && method === "PUT") throw markerFault(newest, method);
    if (!newest || newest.deleteMarker) throw noSuchKey(key, newest && markerHeaders(newest));
    return newest;
  }
  const version = bucket.objects.get(key)?.find((candidate) => candidate.id === id);
  if (!version) {
    checkVersionId(id);
    throw s3Fault("NoSuchVersion", "The specified version does not exist.", { Key: key, VersionId: id });
  }
  if (version.deleteMarker) throw markerFault(version, method);
  return version;
}

const markerFault = (marker: ObjectVersion, method: string) =>
  deleteMarkerFault(method, { ...markerHeaders(marker), "last-modified": marker.modified.toUTCString() });
