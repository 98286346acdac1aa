import { Readable } from "node:stream";
import { runInParallel } from "../../../functions/support/run-in-parallel";
import { prefixes } from "../../../names/layout";
import { listArchive } from "../../archive/archive-file";
import { ArchiveJudge } from "../../archive/archived-events";
import { countReason, type RecordRules } from "../../archive/judge-record";
import { isWithin, listHours, nameObject, type StoredObject, type TimeRange, tryRead } from "../../archive/objects";
import { readFailedBatch, readQuarantined } from "../../archive/quarantine-file";
import type { StoredRecord } from "../../archive/stored-event";
import { ignoreNotFound } from "../../stack/aws";
import { listObjects } from "../../stack/objects";
import type { DeployedStack } from "../../stack/stack";
import { recordsPerCall } from "./put-records";
import type { ReplayReport } from "./replay-report";

/** What a source reads from. It counts in the report what it reads, and what it leaves out. */
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

/** Yields the archive's objects with records of the range that no replay sent before. */
async function* readArchived({ stack, range, rules, report }: Reading): AsyncGenerator<ReplayGroup> {
  const judge = new ArchiveJudge(stack, rules);
  for await (const object of listArchive(stack, range)) {
    const target = { Bucket: object.bucket, Key: object.key };
    const tags = await ignoreNotFound(stack.call("s3", "GetObjectTagging", target), "NoSuchKey");
    if (tags?.TagSet?.some(({ Key }) => Key === replayedTag)) continue;
    const content = await tryRead(stack, object, report.unreadable);
    if (content === undefined) continue;
    report.objects++;
    const records: StoredRecord[] = [];
    for await (const { stored, judged } of judge.judge(object, content)) {
      if (judged === "copy") report.copies++;
      else if ("reason" in judged) countReason(report.refused, judged.reason);
      else records.push(stored);
    }
    yield {
      records,
      async settle(unsent) {
        if (unsent.size > 0) return;
        const Tagging = { TagSet: [{ Key: replayedTag, Value: stack.now.toISOString() }] };
        await stack.call("s3", "PutObjectTagging", { ...target, Tagging });
      },
    };
  }
}

/** Reads an object of the quarantine bucket; undefined, and named, when it cannot be read. */
async function readAs<T>(
  { stack, report }: Reading,
  object: StoredObject,
  parse: (text: string) => T | undefined,
  form: string,
): Promise<T | undefined> {
  const content = await tryRead(stack, object, report.unreadable);
  const found = content && parse(content.toString("utf8"));
  if (content && !found) report.unreadable.push(nameObject(object, `is not ${form}`));
  return found;
}

/**
 * Yields the batches that the event source mapping gave up, and whose first record's arrival is in
 * the range.
 */
async function* readFailed(reading: Reading): AsyncGenerator<ReplayGroup> {
  const { stack, range, report } = reading;
  const bucket = stack.quarantineBucket;
  for await (const { key } of listObjects(stack, bucket, prefixes.failed)) {
    const object = { bucket, key };
    const batch = await readAs(reading, object, readFailedBatch, "a batch of the event source mapping");
    const [first] = batch?.records ?? [];
    if (!batch || (first && !isWithin(range, first.arrivedAt))) continue;
    report.objects++;
    yield {
      records: batch.records,
      async settle(unsent) {
        if (unsent.size === 0) return moveReplayed(stack, object);
        if (unsent.size === batch.records.length) return;
        // The batch stays, with the records that could not be sent.
        await keepReplayed(stack, object);
        const content = { Body: batch.withOnly(({ id }) => unsent.has(id)), ContentType: "application/json" };
        await stack.call("s3", "PutObject", { Bucket: bucket, Key: key, ...content });
      },
    };
  }
}

const concurrency = 8;

/** Yields the bad records that the consumer quarantined, whose arrival is in the range. */
async function* readQuarantine(reading: Reading): AsyncGenerator<ReplayGroup> {
  const { stack, range } = reading;
  let keys: string[] = [];
  for await (const { key } of listHours(stack, stack.quarantineBucket, prefixes.quarantine, range)) {
    keys.push(key);
    if (keys.length < recordsPerCall) continue;
    yield await readGroup(reading, keys);
    keys = [];
  }
  if (keys.length > 0) yield await readGroup(reading, keys);
}

async function readGroup(reading: Reading, keys: readonly string[]): Promise<ReplayGroup> {
  const { stack, range, report } = reading;
  const read = async (key: string) => {
    const object = { bucket: stack.quarantineBucket, key };
    const record = await readAs(reading, object, readQuarantined, "a quarantined record");
    return record && isWithin(range, record.arrivedAt) ? [{ object, record }] : [];
  };
  const entries: Awaited<ReturnType<typeof read>> = await Readable.from(keys).flatMap(read, { concurrency }).toArray();
  report.objects += entries.length;
  return {
    records: entries.map(({ record }) => record),
    async settle(unsent) {
      const sent = entries.filter(({ record }) => !unsent.has(record.id));
      await runInParallel(sent, concurrency, ({ object }) => moveReplayed(stack, object));
    },
  };
}

/** The sources, by their name in the command. */
export const sources = { archive: readArchived, failed: readFailed, quarantine: readQuarantine };

async function keepReplayed({ call }: DeployedStack, { bucket, key }: StoredObject): Promise<void> {
  const CopySource = [bucket, ...key.split("/")].map(encodeURIComponent).join("/");
  await call("s3", "CopyObject", { Bucket: bucket, Key: prefixes.replayed + key, CopySource });
}

/**
 * Moves an object of sent records below `replayed/`. Interrupted in between, the next replay
 * repeats it.
 */
async function moveReplayed(stack: DeployedStack, object: StoredObject): Promise<void> {
  await keepReplayed(stack, object);
  await stack.call("s3", "DeleteObject", { Bucket: object.bucket, Key: object.key });
}
