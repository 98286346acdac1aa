import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { runInParallel } from "../../../functions/support/run-in-parallel";
import {
  deleteAllVersions,
  deleteVersion,
  listVersions,
  type ObjectVersion,
  readTarget,
  retryChanged,
  tryRead,
} from "../../archive/objects";
import type { SeenKeys } from "../../archive/seen-keys";
import { readVisitor } from "../../archive/stored-event";
import type { DeployedStack } from "../../stack/stack";
import type { Pause } from "../../terminal/poll";
import type { Progress } from "../../terminal/progress";
import { openStoredFile, type StoredFile } from "./stored-file";
import { isAbout, learnSession, type Visitor } from "./visitor";

const pack = promisify(gzip);

export interface Erasure {
  readonly stack: DeployedStack;
  readonly visitor: Visitor;
  readonly progress: Progress;
  readonly pause: Pause;
}

/**
 * Finds the sessions in which the visitor signed in, and all users, in all versions of the objects
 * of a bucket. Returns the objects that cannot be read.
 */
export async function learnSessions({ stack, visitor, progress }: Erasure, bucket: string, users: SeenKeys) {
  let read = 0;
  return forEachFile(stack, bucket, (file) => {
    for (const { event } of file.records) {
      learnSession(visitor, event);
      users.add(readVisitor(event).userId ?? "");
    }
    progress.show(`${bucket}: ${++read} objects searched for the visitor's sessions`);
  });
}

/**
 * Deletes the visitor's records in a bucket: writes the objects again without them, and deletes the
 * versions that have them for good. It can be interrupted at any time and run again.
 */
export async function eraseVisitor({ stack, visitor, progress }: Erasure, bucket: string) {
  const counts = {
    /** Objects that were written again without the visitor's records, or deleted. */
    objects: 0,
    records: 0,
    /** Earlier versions of objects that were deleted, because they had the visitor's records. */
    oldVersions: 0,
  };
  let read = 0;
  const unreadable = await forEachFile(stack, bucket, async (file, version) => {
    progress.show(`${bucket}: ${++read} objects read, ${counts.records} records deleted`);
    const removed = new Set(file.records.filter((record) => isAbout(visitor, record)));
    if (removed.size === 0) return;
    if (version.isLatest) {
      await rewrite(stack, version, file.without(removed));
      counts.objects++;
      counts.records += removed.size;
    } else {
      await deleteVersion(stack, version);
      counts.oldVersions++;
    }
  });
  return { counts, unreadable };
}

/** Replaces an object's content; without content deletes it. The version before is deleted. */
async function rewrite(stack: DeployedStack, version: ObjectVersion, content: Buffer | undefined): Promise<void> {
  if (content === undefined) return deleteAllVersions(stack, version.bucket, version.key);
  const packed = version.key.endsWith(".gz")
    ? { Body: await pack(content), ContentType: "application/octet-stream" }
    : { Body: content, ContentType: "application/json" };
  await stack.call("s3", "PutObject", { ...(await readTarget(stack, version)), ...packed });
  await deleteVersion(stack, version);
}

/**
 * The number of objects that are read at the same time: each can have up to 128 MB
 * (`archiveBufferMegabytes`).
 */
const parallelReads = 4;

/** The number of versions that are listed before they are read. */
const chunk = 500;

/**
 * Opens all versions of all objects of a bucket, without those that were deleted in the meantime.
 * Returns those that cannot be read.
 */
async function forEachFile(
  stack: DeployedStack,
  bucket: string,
  work: (file: StoredFile, version: ObjectVersion) => Promise<void> | void,
): Promise<string[]> {
  const unreadable: string[] = [];
  const open = async (version: ObjectVersion) => {
    const content = await tryRead(stack, version, unreadable);
    if (content) await work(openStoredFile(version.key, content), version);
  };
  const retry = (version: ObjectVersion) => retryChanged(stack, version, open);
  let versions: ObjectVersion[] = [];
  for await (const version of listVersions(stack, bucket, "")) {
    versions.push(version);
    if (versions.length < chunk) continue;
    await runInParallel(versions, parallelReads, retry);
    versions = [];
  }
  await runInParallel(versions, parallelReads, retry);
  return unreadable;
}
