import { Readable } from "node:stream";
import { splitLines } from "../../../functions/ingestion/record-parts";
import { linesKey, seedKey } from "../../../names/layout";
import { readId } from "../../../values/id";
import { addErased } from "../../archive/count-records";
import {
  deleteAllVersions,
  deleteVersion,
  listByKey,
  type ObjectVersion,
  readTarget,
  tryRead,
  workOnVersions,
} from "../../archive/objects";
import { readOwner } from "../../archive/record-owner";
import type { Content, createUpload } from "../../archive/upload";
import { endOfTime, judgeRecord, type RecordRules } from "../../judge/judge-record";
import type { DeployedStack } from "../../stack/stack";
import type { Pause } from "../../terminal/poll";
import type { Progress } from "../../terminal/progress";
import { type KeptRecord, keptRecords } from "./kept-records";
import { createOwnerJudge } from "./owner";
import { type FileRecord, type FileRow, openRows, openStoredFile, type StoredFile } from "./stored-file";
import { isSessionOf, type KnownIds, learnSession, type Visitor } from "./visitor";

export interface Erasure {
  readonly stack: DeployedStack;
  readonly visitor: Visitor;
  readonly rules: RecordRules;
  /** Records of `--also`, which an earlier run has kept, and which are the visitor's. */
  readonly also: readonly KeptRecord[];
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

/**
 * Finds the visitor's sessions, and the users. Ids in the file of interactions show no users: an
 * event before a sign-in has its session there, as in Personalize.
 */
export async function learnSessions(erasure: Erasure, known: KnownIds): Promise<void> {
  await forEachFile(erasure, {
    async records({ records }) {
      for await (const { value, isOfSeveralLines } of records) {
        if (!isOfSeveralLines) learnSession(erasure.visitor, readOwner(value), known);
      }
    },
    async rows({ records }, _version, place) {
      if (place === "interactions") return;
      for await (const { userId } of records) learnSession(erasure.visitor, { userId: readId(userId) }, known);
    },
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
export async function eraseVisitor(erasure: Erasure, { knowsUsers }: { readonly knowsUsers: boolean }) {
  const { stack, visitor, rules } = erasure;
  const judge = createOwnerJudge(visitor, (record) => isTaken(record, rules));
  const kept = keptRecords(visitor.id, erasure.also);
  const erased: Record<string, ReturnType<typeof noCounts>> = {};
  const erase = async <T>(
    file: StoredFile<T>,
    version: ObjectVersion,
    place: string,
    isErased: (each: T) => boolean,
    countLines: (each: T) => number,
  ) => {
    let found = 0;
    let lines = 0;
    for await (const record of file.records) {
      if (!isErased(record)) continue;
      found++;
      lines += countLines(record);
    }
    if (found === 0) return;
    if (version.isLatest) await rewrite(erasure, version, file.without(isErased), lines);
    await deleteVersion(stack, version);
    erased[place] ??= noCounts();
    const counts = erased[place];
    if (version.isLatest) {
      counts.objects++;
      counts.records += found;
    } else counts.oldVersions++;
  };
  await forEachFile(erasure, {
    records: (file, version, place) =>
      erase(
        file,
        version,
        place,
        (record) => {
          if (kept.isGiven(version, record)) return true;
          const answer = judge(record);
          if (typeof answer !== "string") kept.keep(version, record, answer);
          return answer === "visitor";
        },
        ({ bytes }) => [...splitLines(bytes)].length,
      ),
    rows: (file, version, place) =>
      erase(
        file,
        version,
        place,
        ({ userId }) => {
          const id = readId(userId);
          if (id === undefined || id === visitor.id) return id !== undefined;
          return place === "interactions" && knowsUsers && isSessionOf(visitor, id);
        },
        () => 1,
      ),
  });
  return { erased, kept: kept.list() };
}

/**
 * Returns true for a record that the consumer takes, at any time: one that was refused because its
 * time was ahead has the ids where the contract has them, too.
 */
export const isTaken = ({ bytes }: FileRecord, rules: RecordRules): boolean =>
  !("reason" in judgeRecord({ id: "", bytes, arrivedAt: endOfTime }, rules));

/**
 * Writes an object's content again, with the number of lines that it lost; without content deletes
 * the object.
 */
async function rewrite(
  { stack, upload }: Erasure,
  version: ObjectVersion,
  content: Content | undefined,
  lines: number,
) {
  if (content === undefined) return deleteAllVersions(stack, version.bucket, version.key);
  const target = await readTarget(stack, version);
  await upload({ ...target, Metadata: addErased(target.Metadata, lines) }, content);
}

/**
 * The number of objects that are read at the same time: each can have up to 128 MB
 * (`archiveBufferMegabytes`).
 */
const concurrency = 4;

type Work<T> = (file: StoredFile<T>, version: ObjectVersion, place: string) => Promise<void>;

/**
 * Opens all versions of all objects in all places, without those that were deleted in the meantime
 * and those that cannot be read.
 */
async function forEachFile(
  { stack, progress, unreadable }: Erasure,
  work: { readonly records: Work<FileRecord>; readonly rows: Work<FileRow> },
): Promise<void> {
  let read = 0;
  for (const [place, { bucket, prefix }] of Object.entries(listPlaces(stack))) {
    const open = async (version: ObjectVersion) => {
      if (bucket === stack.dataBucket) await work.rows(openRows(stack, version), version, place);
      else {
        const content = await tryRead(stack, version, unreadable);
        if (content) await work.records(openStoredFile(version.key, content), version, place);
      }
      progress.show(`${++read} objects read, in ${place}`);
    };
    const openAll = (versions: ObjectVersion[]) => workOnVersions(stack, versions, open);
    await Readable.from(listByKey(stack, bucket, prefix)).forEach(openAll, { concurrency });
  }
}
