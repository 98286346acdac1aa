import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Aws, ignoreNotFound } from "../stack/aws";
import { type ListedObject, listObjects } from "../stack/objects";

const unpack = promisify(gunzip);

type Caller = Pick<Aws, "call">;

/** An object, or one of its versions. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

export interface ObjectVersion extends StoredObject {
  readonly versionId: string;
  readonly etag: string | undefined;
  /** This version is the one that a reader of the key gets. */
  readonly isLatest: boolean;
  readonly writtenAt: Date;
}

/** Times from `from` (inclusive) to `to` (exclusive); without a bound all times on that side. */
export interface TimeRange {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export function isWithin({ from, to }: TimeRange, time: Date): boolean {
  return (from === undefined || time >= from) && (to === undefined || time < to);
}

/**
 * Returns the folder of a time's hour, as Firehose and the quarantine write it; in UTC, sorted like
 * the times.
 */
export function toHourFolder(time: Date): string {
  const [year, month, day, hour] = time.toISOString().split(/\D/);
  return `year=${year}/month=${month}/day=${day}/hour=${hour}/`;
}

/** Lists the objects in the folders of a range's hours, without reading the folders before it. */
export async function* listHours(
  aws: Caller,
  bucket: string,
  prefix: string,
  { from, to }: TimeRange,
): AsyncGenerator<ListedObject> {
  const last = to && prefix + toHourFolder(to);
  for await (const object of listObjects(aws, bucket, prefix, from && prefix + toHourFolder(from))) {
    if (last !== undefined && object.key > last && !object.key.startsWith(last)) return;
    yield object;
  }
}

/** Lists all versions of all objects below a prefix, without delete markers. */
export async function* listVersions({ call }: Caller, bucket: string, prefix: string): AsyncGenerator<ObjectVersion> {
  let after: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  do {
    const page = await call("s3", "ListObjectVersions", { Bucket: bucket, Prefix: prefix, ...after });
    for (const { Key = "", VersionId = "", IsLatest = false, ETag, LastModified = new Date(0) } of page.Versions ??
      []) {
      yield { bucket, key: Key, versionId: VersionId, etag: ETag, isLatest: IsLatest, writtenAt: LastModified };
    }
    // Only a page that is not the last one has markers; an endpoint may send empty ones with the
    // last.
    after = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : {};
  } while (after.KeyMarker);
}

/**
 * Lists the objects below a prefix, each by all of its versions, the oldest first. S3 lists the
 * newest first (user guide, "Listing objects in a versioning-enabled bucket").
 */
export async function* listByKey(aws: Caller, bucket: string, prefix: string): AsyncGenerator<ObjectVersion[]> {
  let versions: ObjectVersion[] = [];
  for await (const version of listVersions(aws, bucket, prefix)) {
    if (versions[0] && versions[0].key !== version.key) {
      yield versions;
      versions = [];
    }
    versions.unshift(version);
  }
  if (versions.length > 0) yield versions;
}

async function findVersions(aws: Caller, bucket: string, key: string): Promise<ObjectVersion[]> {
  for await (const versions of listByKey(aws, bucket, key)) if (versions[0]?.key === key) return versions;
  return [];
}

/**
 * Errors for an object that was written or deleted since it was listed (API reference, PutObject,
 * GetObject and HeadObject).
 */
const changed = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "NoSuchVersion", "NotFound"];

/**
 * Works on the versions of an object, one after the other: work on the newest may delete the
 * others. When another command changed the object meanwhile, it begins again with the versions that
 * the object has now.
 */
export async function workOnVersions(
  aws: Caller,
  versions: readonly ObjectVersion[],
  work: (version: ObjectVersion) => Promise<void>,
): Promise<void> {
  try {
    for (const version of versions) await work(version);
  } catch (error) {
    const [first] = versions;
    if (!first || !changed.includes((error as Error).name)) throw error;
    await workOnVersions(aws, await findVersions(aws, first.bucket, first.key), work);
  }
}

/** Lists the keys below a prefix that have versions, each once. */
export async function listKeys(aws: Caller, bucket: string, prefix: string): Promise<string[]> {
  const keys = new Set<string>();
  for await (const { key } of listVersions(aws, bucket, prefix)) keys.add(key);
  return [...keys];
}

/** The bytes of an object that are requested at a time. */
const pieceSize = 8 * 1024 ** 2;

/** The bytes that a reader gets at a time: a parser keeps what is in them until it is used. */
const sliceSize = 65_536;

/**
 * Yields an object in pieces, each of which has arrived as a whole: a reader may take any time
 * between them, and no connection is open that looks like one whose peer is silent. The pieces are
 * those of one version.
 */
export async function* streamObject(
  { call }: Caller,
  { bucket, key, versionId }: StoredObject,
): AsyncGenerator<Buffer> {
  const object = { Bucket: bucket, Key: key, VersionId: versionId };
  let IfMatch: string | undefined;
  let size = Number.POSITIVE_INFINITY;
  for (let start = 0; start < size; start += pieceSize) {
    const Range = `bytes=${start}-${start + pieceSize - 1}`;
    const request = call("s3", "GetObject", { ...object, Range, IfMatch });
    // The error for a range of an empty object (API reference, "Error responses").
    const answer = await ignoreNotFound(request, ...(start === 0 ? ["InvalidRange"] : []));
    if (answer === undefined) return;
    IfMatch = answer.ETag;
    size = Number(answer.ContentRange?.split("/")[1] ?? answer.ContentLength);
    const piece = await buffer(answer.Body as Readable);
    for (let at = 0; at < piece.length; at += sliceSize) yield piece.subarray(at, at + sliceSize);
  }
}

/** Reads an object; one whose key ends in `.gz` is unpacked. */
export const readObject = async (aws: Caller, object: StoredObject): Promise<Buffer> =>
  (await readWithMetadata(aws, object)).content;

async function readWithMetadata({ call }: Caller, { bucket, key, versionId }: StoredObject) {
  const { Body, Metadata = {} } = await call("s3", "GetObject", { Bucket: bucket, Key: key, VersionId: versionId });
  const bytes = await buffer(Body as Readable);
  return { content: key.endsWith(".gz") ? await unpack(bytes) : bytes, metadata: Metadata };
}

/** Reads an object; undefined when it does not exist. */
export const findObject = (aws: Caller, object: StoredObject): Promise<Buffer | undefined> =>
  ignoreNotFound(readObject(aws, object), "NoSuchKey");

/**
 * Reads an object that was listed. If it cannot be read, adds it to a list with the reason and
 * returns undefined, so that others are read.
 */
export const tryRead = async (aws: Caller, object: StoredObject, unreadable: string[]): Promise<Buffer | undefined> =>
  (await tryReadWithMetadata(aws, object, unreadable))?.content;

/** As `tryRead`, with the object's own metadata. */
export async function tryReadWithMetadata(aws: Caller, object: StoredObject, unreadable: string[]) {
  try {
    return await readWithMetadata(aws, object);
  } catch (error) {
    const reason = describeUnreadable(error as NodeJS.ErrnoException);
    if (reason === undefined) throw error;
    unreadable.push(nameObject(object, reason));
    return undefined;
  }
}

/** Names an object that a command leaves out, with the reason. */
export const nameObject = ({ bucket, key, versionId }: StoredObject, reason: string): string =>
  `s3://${bucket}/${key}${versionId === undefined ? "" : `?versionId=${versionId}`} ${reason}`;

/** Says why an object cannot be read, if the reason is its content or its place. */
export function describeUnreadable({ name, message, code }: NodeJS.ErrnoException): string | undefined {
  // Node's documentation, "Zlib": the errors' codes.
  if (code?.startsWith("Z_")) return `is not a whole GZIP file (${message})`;
  if (code === "ERR_BUFFER_TOO_LARGE") return "is larger than the memory when it is unpacked";
  // API reference, GetObject.
  if (name === "InvalidObjectState") return "is in an archive class of S3; restore it first";
  return name === "NoSuchKey" ? "was deleted since it was listed" : undefined;
}

/**
 * The object's name, type, metadata and tags for a request that writes it again, unless it was
 * changed since this version was read.
 */
export async function readTarget({ call }: Caller, { bucket: Bucket, key: Key, versionId, etag }: ObjectVersion) {
  const head = call("s3", "HeadObject", { Bucket, Key, VersionId: versionId });
  const { ContentType, Metadata = {} } = await head.catch((error) => {
    if (error.$metadata?.httpStatusCode !== 403) throw error;
    // S3 answers a HEAD request without a text (API reference, HeadObject).
    const text = `HeadObject of ${Bucket}/${Key} was refused with 403 Forbidden: s3:GetObjectVersion is not allowed.`;
    throw Object.assign(new Error(text, { cause: error }), { name: "AccessDenied" });
  });
  const { TagSet = [] } = await call("s3", "GetObjectTagging", { Bucket, Key });
  // As a request has them: `a=1&b=2`.
  const tags = TagSet.map(({ Key = "", Value = "" }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`);
  return { Bucket, Key, ContentType, Metadata, IfMatch: etag, ...(tags.length > 0 && { Tagging: tags.join("&") }) };
}

export async function deleteVersion({ call }: Caller, { bucket, key, versionId }: ObjectVersion): Promise<void> {
  await call("s3", "DeleteObject", { Bucket: bucket, Key: key, VersionId: versionId });
}

/**
 * Deletes all versions of an object for good. The newest last: a reader never gets an older one.
 */
export async function deleteAllVersions(aws: Caller, bucket: string, key: string): Promise<void> {
  for (const version of await findVersions(aws, bucket, key)) await deleteVersion(aws, version);
}
