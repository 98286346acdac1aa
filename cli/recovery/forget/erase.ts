import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { runInParallel } from "../../../functions/ingestion/visitor-groups";
import type { Progress } from "../../progress";
import {
  deleteAllVersions,
  deleteVersion,
  listVersions,
  type ObjectVersion,
  parallelReads,
  readObject,
  readTags,
  replaceMissing,
} from "../stored/objects";
import { openStoredFile, type StoredFile } from "./stored-file";
import { isAbout, learnSession, type Visitor } from "./visitor";

const pack = promisify(gzip);

/** The counts of what was deleted in a bucket. */
export interface ErasedCounts {
  /** Objects that were written again without the visitor's records, or deleted. */
  objects: number;
  records: number;
  /** Earlier versions of objects that were deleted, because they had the visitor's records. */
  oldVersions: number;
}

/** Finds the sessions in which the visitor signed in, in all versions of the objects of a bucket. */
export async function learnSessions(
  client: S3Client,
  bucket: string,
  visitor: Visitor,
  progress: Progress,
): Promise<void> {
  let read = 0;
  await forEachVersion(client, bucket, async (version) => {
    const file = await openVersion(client, version);
    for (const { event } of file?.records ?? []) learnSession(visitor, event);
    progress.show(`${bucket}: ${++read} objects searched for the visitor's sessions`);
  });
}

/**
 * Deletes the visitor's records in a bucket: writes the objects again without them, and deletes the versions that have them
 * for good. It can be interrupted at any time and run again.
 */
export async function eraseVisitor(
  client: S3Client,
  bucket: string,
  visitor: Visitor,
  progress: Progress,
): Promise<ErasedCounts> {
  const counts: ErasedCounts = { objects: 0, records: 0, oldVersions: 0 };
  let read = 0;
  await forEachVersion(client, bucket, async (version) => {
    progress.show(`${bucket}: ${++read} objects read, ${counts.records} records deleted`);
    const file = await openVersion(client, version);
    if (!file) return;
    const removed = new Set(file.records.filter((record) => isAbout(visitor, record)));
    if (removed.size === 0) return;
    if (version.isLatest) {
      await rewrite(client, version, file.without(removed));
      counts.objects++;
      counts.records += removed.size;
    } else {
      await deleteVersion(client, version);
      counts.oldVersions++;
    }
  });
  return counts;
}

/** Replaces an object's content; without content deletes it. The version before is deleted. */
async function rewrite(client: S3Client, version: ObjectVersion, content: Buffer | undefined): Promise<void> {
  const { bucket, key, etag } = version;
  if (content === undefined) {
    await deleteAllVersions(client, bucket, key);
    return;
  }
  const isPacked = key.endsWith(".gz");
  const tags = await readTags(client, version);
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: isPacked ? await pack(content) : content,
      ContentType: isPacked ? "application/octet-stream" : "application/json",
      // Not when a replay has changed the object since it was read.
      IfMatch: etag,
      ...(tags === "" ? {} : { Tagging: tags }),
    }),
  );
  await deleteVersion(client, version);
}

/** Reads a version; undefined when it was deleted in the meantime. */
async function openVersion(client: S3Client, version: ObjectVersion): Promise<StoredFile | undefined> {
  const content = await replaceMissing(() => readObject(client, version), undefined);
  return content && openStoredFile(version.key, content);
}

/** The number of versions that are listed before they are read. */
const chunk = 500;

async function forEachVersion(
  client: S3Client,
  bucket: string,
  work: (version: ObjectVersion) => Promise<void>,
): Promise<void> {
  let versions: ObjectVersion[] = [];
  for await (const version of listVersions(client, bucket, "")) {
    versions.push(version);
    if (versions.length < chunk) continue;
    await runInParallel(versions, parallelReads, work);
    versions = [];
  }
  await runInParallel(versions, parallelReads, work);
}
