import { Readable } from "node:stream";
import { runInParallel } from "../../../functions/support/run-in-parallel";
import { prefixes } from "../../../names/layout";
import { isWithin, listHours, nameObject, type StoredObject, type TimeRange, tryRead } from "../../archive/objects";
import { readFailedBatch, readQuarantined, type StoredRecords } from "../../archive/quarantine-file";
import { type ArchiveObject, listArchive, readArchive } from "../../archive/read-archive";
import type { StoredRecord } from "../../archive/stored-event";
import { ArchiveJudge } from "../../judge/archive-judge";
import { countReason, type RecordRules } from "../../judge/judge-record";
import { ignoreNotFound } from "../../stack/aws";
import { type ListedObject, listObjects } from "../../stack/objects";
import type { DeployedStack } from "../../stack/stack";
import { recordsPerCall } from "./put-records";
import type { ReplayReport } from "./replay-report";

/** A run of a source, which counts in the report what it reads, and what it leaves out. */
export interface Reading {
  readonly stack: DeployedStack;
  readonly range: TimeRange;
  readonly rules: RecordRules;
  readonly report: ReplayReport;
}

/** Records that are sent and marked together. */
export interface ReplayGroup {
  readonly records: readonly StoredRecord[];
  /**
   * Marks what was sent, so that the next replay does not send it again. Gets the ids of records
   * that are still to be sent.
   */
  settle(unsent: ReadonlySet<string>): Promise<void>;
}

/** The tag of an archive object whose records were sent; its value is the time. */
const replayedTag = "replayed";

/** Lists the archive's objects with records of the range that no replay sent before. */
async function* listUnsent({ stack, range }: Reading): AsyncGenerator<ArchiveObject> {
  for await (const object of listArchive(stack, range)) {
    const request = stack.call("s3", "GetObjectTagging", { Bucket: object.bucket, Key: object.key });
    const tags = await ignoreNotFound(request, "NoSuchKey");
    if (!tags?.TagSet?.some(({ Key }) => Key === replayedTag)) yield object;
  }
}

/** Yields these objects, each with the records that the consumer takes. */
async function* readArchived(reading: Reading): AsyncGenerator<ReplayGroup> {
  const { stack, rules, report } = reading;
  const judge = new ArchiveJudge(stack, rules, report.unreadable);
  for await (const { object, records } of readArchive(stack, listUnsent(reading), report.unreadable)) {
    report.objects++;
    const taken: StoredRecord[] = [];
    for (const record of records) {
      const judged = await judge.judge(record, object);
      if (judged === "copy") report.copies++;
      else if ("reason" in judged) countReason(report.refused, judged.reason);
      else taken.push(record);
    }
    yield {
      records: taken,
      async settle(unsent) {
        if (unsent.size > 0) return;
        const Tagging = { TagSet: [{ Key: replayedTag, Value: stack.now.toISOString() }] };
        await stack.call("s3", "PutObjectTagging", { Bucket: object.bucket, Key: object.key, Tagging });
      },
    };
  }
}

/** An object of the quarantine bucket. */
interface Entry extends StoredRecords {
  readonly object: StoredObject;
}

/**
 * Yields the objects of the quarantine bucket that have this form, and whose first record's arrival
 * is in the range.
 */
async function* readObjects(
  { stack, range, report }: Reading,
  objects: AsyncIterable<ListedObject>,
  parse: (text: string) => StoredRecords | undefined,
  form: string,
): AsyncGenerator<ReplayGroup> {
  const open = async ({ key }: ListedObject): Promise<Entry[]> => {
    const object = { bucket: stack.quarantineBucket, key };
    const content = await tryRead(stack, object, report.unreadable);
    const parsed = content && parse(content.toString("utf8"));
    if (content && !parsed) report.unreadable.push(nameObject(object, `is not ${form}`));
    const [first] = parsed?.records ?? [];
    return parsed && (!first || isWithin(range, first.arrivedAt)) ? [{ object, ...parsed }] : [];
  };
  let entries: Entry[] = [];
  // In the order of the keys, which is that of the arrival in each shard.
  for await (const entry of Readable.from(objects).flatMap(open, { concurrency })) {
    entries.push(entry);
    report.objects++;
    if (entries.flatMap(({ records }) => records).length < recordsPerCall) continue;
    yield toGroup(stack, entries);
    entries = [];
  }
  if (entries.length > 0) yield toGroup(stack, entries);
}

const concurrency = 8;

const toGroup = (stack: DeployedStack, entries: readonly Entry[]): ReplayGroup => ({
  records: entries.flatMap(({ records }) => records),
  settle: (unsent) => runInParallel(entries, concurrency, (entry) => settleEntry(stack, entry, unsent)),
});

/**
 * Moves an object of sent records below `replayed/`. Interrupted in between, the next replay
 * repeats it. With records that are still to be sent, it stays, with these alone.
 */
async function settleEntry(stack: DeployedStack, entry: Entry, unsent: ReadonlySet<string>): Promise<void> {
  const { bucket: Bucket, key: Key } = entry.object;
  const isUnsent = ({ id }: StoredRecord) => unsent.has(id);
  if (entry.records.length > 0 && entry.records.every(isUnsent)) return;
  const CopySource = [Bucket, ...Key.split("/")].map(encodeURIComponent).join("/");
  await stack.call("s3", "CopyObject", { Bucket, Key: prefixes.replayed + Key, CopySource });
  const left = entry.withOnly(isUnsent);
  if (left !== undefined) {
    await stack.call("s3", "PutObject", { Bucket, Key, Body: left, ContentType: "application/json" });
  } else await stack.call("s3", "DeleteObject", { Bucket, Key });
}

/** The batches that the event source mapping gave up. */
const readFailed = (reading: Reading) =>
  readObjects(
    reading,
    listObjects(reading.stack, reading.stack.quarantineBucket, prefixes.failed),
    readFailedBatch,
    "a batch of the event source mapping",
  );

/** The records with bad parts that the consumer quarantined, each in an object. */
const readQuarantine = (reading: Reading) =>
  readObjects(
    reading,
    listHours(reading.stack, reading.stack.quarantineBucket, prefixes.quarantine, reading.range),
    readQuarantined,
    "a quarantined record",
  );

/** The sources, by their name in the command. */
export const sources = { archive: readArchived, failed: readFailed, quarantine: readQuarantine };
