import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type TimeRange, toHourFolder } from "./time-range";

const unpack = promisify(gunzip);

/** The number of objects that are read at the same time: each can have up to 128 MB (`archiveBufferMegabytes`). */
export const parallelReads = 4;

/** An object, or one of its versions. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** An object in a listing. */
export interface ListedObject extends StoredObject {
  readonly modified: Date;
}

/** Lists the objects below a prefix, in the order of their keys. */
export async function* listObjects(
  client: S3Client,
  bucket: string,
  prefix: string,
  startAfter?: string,
): AsyncGenerator<ListedObject> {
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, StartAfter: startAfter });
  for await (const { Contents = [] } of pages) {
    for (const { Key = "", LastModified } of Contents)
      yield { bucket, key: Key, modified: new Date(LastModified ?? 0) };
  }
}

/** Lists the objects in the folders of a range's hours, without reading the folders before it. */
export async function* listHours(
  client: S3Client,
  bucket: string,
  prefix: string,
  { from, to }: TimeRange,
): AsyncGenerator<ListedObject> {
  const last = to && prefix + toHourFolder(to);
  for await (const object of listObjects(client, bucket, prefix, from && prefix + toHourFolder(from))) {
    if (last !== undefined && object.key > last && !object.key.startsWith(last)) return;
    yield object;
  }
}

/** Reads an object; one whose key ends in `.gz` is unpacked. */
export async function readObject(client: S3Client, { bucket, key, versionId }: StoredObject): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  return key.endsWith(".gz") ? unpack(bytes) : bytes;
}

/** A version of an object. */
export interface ObjectVersion extends StoredObject {
  readonly versionId: string;
  readonly etag: string | undefined;
  /** This version is the one that a reader of the key gets. */
  readonly isLatest: boolean;
}

/** Lists all versions of all objects below a prefix, without delete markers. */
export async function* listVersions(client: S3Client, bucket: string, prefix: string): AsyncGenerator<ObjectVersion> {
  let after: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  do {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...after }));
    for (const { Key = "", VersionId = "", IsLatest = false, ETag } of page.Versions ?? [])
      yield { bucket, key: Key, versionId: VersionId, etag: ETag, isLatest: IsLatest };
    // Only a page that is not the last one has markers; an endpoint may send empty ones with the last.
    after = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : {};
  } while (after.KeyMarker);
}

/** Lists the keys below a prefix that have versions, each once. */
export async function listKeys(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys = new Set<string>();
  for await (const { key } of listVersions(client, bucket, prefix)) keys.add(key);
  return [...keys];
}

/** Reads an object's tags as a request of S3 has them: `a=1&b=2`. */
export async function readTags(client: S3Client, { bucket, key }: StoredObject): Promise<string> {
  const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }));
  return TagSet.map(({ Key = "", Value = "" }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`).join("&");
}

/** Deletes a version for good. */
export async function deleteVersion(client: S3Client, { bucket, key, versionId }: ObjectVersion): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
}

/** Deletes all versions of an object for good, and returns their number. The newest last: a reader never gets an older one. */
export async function deleteAllVersions(client: S3Client, bucket: string, key: string): Promise<number> {
  const versions: ObjectVersion[] = [];
  for await (const version of listVersions(client, bucket, key)) if (version.key === key) versions.push(version);
  for (const version of versions.sort((a, b) => Number(a.isLatest) - Number(b.isLatest)))
    await deleteVersion(client, version);
  return versions.length;
}

/** Returns `otherwise` when the object that `work` reads does not exist. */
export async function replaceMissing<T, U>(work: () => Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await work();
  } catch (error) {
    if (["NoSuchKey", "NoSuchVersion"].includes((error as Error).name)) return otherwise;
    throw error;
  }
}
