import { Content } from "../../../content/content";
import type { Caller, Host } from "../../../host/service";
import type { Checksums, ChecksumType } from "../request/checksums";
import type { Bucket, ObjectAttributes } from "./bucket";
import { createRandomId } from "./version-id";
import { addVersion, createVersionId, type ObjectPart, type ObjectVersion } from "./versions";

interface NewObject {
  readonly key: string;
  readonly body: Content;
  readonly attributes: ObjectAttributes;
  readonly checksums: Checksums;
  readonly checksumType?: ChecksumType;
  /** Without quotes. */
  readonly etag: string;
  readonly parts?: readonly ObjectPart[];
}

/** The times in S3's documents have no milliseconds: `2026-03-01T10:00:00.000Z`. */
export const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** Puts a new version on top of its key. */
export function storeObject(host: Host, bucket: Bucket, object: NewObject): ObjectVersion {
  const version: ObjectVersion = {
    ...object.attributes,
    id: createVersionId(bucket, () => createRandomId(host)),
    key: object.key,
    modified: new Date(host.clock.now()),
    deleteMarker: false,
    body: object.body,
    etag: object.etag,
    checksums: object.checksums,
    checksumType: object.checksumType ?? "FULL_OBJECT",
    parts: object.parts ?? [],
  };
  addVersion(bucket, version);
  return version;
}

/** A delete marker for the top of a key. */
export function createDeleteMarker(host: Host, bucket: Bucket, key: string): ObjectVersion {
  return {
    id: createVersionId(bucket, () => createRandomId(host)),
    key,
    modified: new Date(host.clock.now()),
    deleteMarker: true,
    body: Content.empty,
    etag: "",
    contentType: undefined,
    contentEncoding: undefined,
    contentLanguage: undefined,
    contentDisposition: undefined,
    cacheControl: undefined,
    expires: undefined,
    metadata: {},
    storageClass: "STANDARD",
    tags: new Map(),
    encryption: { algorithm: "AES256" },
    checksums: {},
    checksumType: undefined,
    parts: [],
  };
}

/** `x-amz-version-id`, which a bucket that never kept versions does not send. */
export const versionHeader = (bucket: Bucket, { id }: ObjectVersion) =>
  bucket.versioning === undefined ? {} : { VersionId: id };

/** The owner of an object: every bucket here belongs to the account that asks. */
export const ownerOf = ({ account }: Pick<Caller, "account">) => ({ ID: account.padStart(64, "0") });
