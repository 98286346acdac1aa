import { Readable } from "node:stream";
import { linesKey, seedKey } from "../../../names/layout";
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
import type { createUpload } from "../../archive/upload";
import type { DeployedStack } from "../../stack/stack";
import type { Pause } from "../../terminal/poll";
import type { Progress } from "../../terminal/progress";
import { type FileRecord, openRows, openStoredFile, type StoredFile } from "./stored-file";
import { isAbout, learnSession, type Visitor } from "./visitor";

export interface Erasure {
  readonly stack: DeployedStack;
  readonly visitor: Visitor;
  readonly upload: ReturnType<typeof createUpload>;
  readonly progress: Progress;
  readonly pause: Pause;
  /** Objects that cannot be read, each with the reason: they may have the visitor's records. */
  readonly unreadable: string[];
}

/**
 * Where the records of visitors are: buckets, and the files of the data bucket with users' rows.
 */
const listPlaces = ({ archiveBucket, quarantineBucket, dataBucket }: DeployedStack) => ({
  archive: { bucket: archiveBucket, prefix: "" },
  quarantine: { bucket: quarantineBucket, prefix: "" },
  interactions: { bucket: dataBucket, prefix: seedKey("interactions") },
  users: { bucket: dataBucket, prefix: seedKey("users") },
  /** The consumer's copy of the imported users. */
  catalogue: { bucket: dataBucket, prefix: linesKey("users") },
});

/** Finds the sessions in which the visitor signed in, and all users. */
export async function learnSessions(erasure: Erasure, users: SeenKeys): Promise<void> {
  await forEachFile(erasure, async ({ records }) => {
    for await (const { event } of records) {
      learnSession(erasure.visitor, event);
      users.add(readVisitor(event).userId ?? "");
    }
  });
}

/**
 * Objects that were written again without the visitor's records, or deleted; these records; and
 * earlier versions of objects that were deleted, because they had some.
 */
const noCounts = () => ({ objects: 0, records: 0, oldVersions: 0 });

/**
 * Deletes the visitor's records: writes the objects again without them, and deletes the versions
 * that have them for good. It can be interrupted at any time and run again. Returns what it
 * deleted, by place.
 */
export async function eraseVisitor(erasure: Erasure) {
  const { stack, visitor } = erasure;
  const isErased = (record: FileRecord) => isAbout(visitor, record);
  const erased: Record<string, ReturnType<typeof noCounts>> = {};
  await forEachFile(erasure, async (file, version, place) => {
    let found = 0;
    for await (const record of file.records) if (isErased(record)) found++;
    if (found === 0) return;
    if (version.isLatest) await rewrite(erasure, version, file.without(isErased));
    await deleteVersion(stack, version);
    erased[place] ??= noCounts();
    const counts = erased[place];
    if (version.isLatest) {
      counts.objects++;
      counts.records += found;
    } else counts.oldVersions++;
  });
  return erased;
}

/** Writes an object's content again; without content deletes the object. */
async function rewrite({ stack, upload }: Erasure, version: ObjectVersion, content: ReturnType<StoredFile["without"]>) {
  if (content === undefined) return deleteAllVersions(stack, version.bucket, version.key);
  await upload(await readTarget(stack, version), content);
}

/**
 * The number of objects that are read at the same time: each can have up to 128 MB
 * (`archiveBufferMegabytes`).
 */
const concurrency = 4;

/**
 * Opens all versions of all objects in all places, without those that were deleted in the meantime
 * and those that cannot be read.
 */
async function forEachFile(
  { stack, progress, unreadable }: Erasure,
  work: (file: StoredFile, version: ObjectVersion, place: string) => Promise<void>,
): Promise<void> {
  let read = 0;
  const openFile = async (version: ObjectVersion) => {
    if (version.bucket === stack.dataBucket) return openRows(stack, version);
    const content = await tryRead(stack, version, unreadable);
    return content && openStoredFile(version.key, content);
  };
  for (const [place, { bucket, prefix }] of Object.entries(listPlaces(stack))) {
    const open = async (version: ObjectVersion) => {
      const file = await openFile(version);
      if (file) await work(file, version, place);
      progress.show(`${++read} objects read, in ${place}`);
    };
    const retry = async (version: ObjectVersion) => void (await retryChanged(stack, version, open));
    await Readable.from(listVersions(stack, bucket, prefix)).forEach(retry, { concurrency });
  }
}
