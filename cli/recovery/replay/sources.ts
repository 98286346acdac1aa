import { runInParallel } from "../../../functions/support/run-in-parallel";
import { prefixes } from "../../../names/layout";
import { listArchive } from "../../archive/archive-file";
import { ArchiveJudge } from "../../archive/archived-events";
import type { RecordRules } from "../../archive/judge-record";
import {
  isWithin,
  listHours,
  nameObject,
  type StoredObject,
  type TimeRange,
  tryReadListed,
} from "../../archive/objects";
import { readFailedBatch, readQuarantined } from "../../archive/quarantine-file";
import type { StoredRecord } from "../../archive/stored-event";
import { ignoreNotFound } from "../../stack/aws";
import { listObjects } from "../../stack/objects";
import type { DeployedStack } from "../../stack/stack";
import { recordsPerCall } from "./put-records";

/** Objects that are read, sent and marked together. */
export interface ReplayGroup {
  readonly objects: number;
  readonly records: readonly StoredRecord[];
  /** Copies of earlier replays: their originals are in the same source. */
  readonly copies?: number;
  /** The reasons of records that the consumer refused, which are in the quarantine too. */
  readonly refused?: readonly string[];
  /** Objects that cannot be read, each with the reason. They stay where they are. */
  readonly unreadable?: readonly string[];
  /**
   * Marks what was sent, so that the next replay does not send it again. Gets the ids of records
   * that were not sent.
   */
  settle(unsent: { readonly refused: ReadonlySet<string>; readonly failed: ReadonlySet<string> }): Promise<void>;
}

/** The tag of an archive object whose records were sent; its value is the time. */
const replayedTag = "replayed";

/** Yields the archive's objects with records of the range that no replay sent before. */
export async function* readArchived(
  stack: DeployedStack,
  range: TimeRange,
  rules: RecordRules,
): AsyncGenerator<ReplayGroup> {
  const judge = new ArchiveJudge(stack, rules);
  for await (const object of listArchive(stack, range)) {
    const target = { Bucket: object.bucket, Key: object.key };
    const tags = await ignoreNotFound(stack.call("s3", "GetObjectTagging", target), "NoSuchKey");
    if (tags?.TagSet?.some(({ Key }) => Key === replayedTag)) continue;
    const unreadable: string[] = [];
    const content = await tryReadListed(stack, object, unreadable);
    if (content === undefined) {
      yield onlyUnreadable(unreadable);
      continue;
    }
    const records: StoredRecord[] = [];
    const refused: string[] = [];
    let copies = 0;
    for await (const { stored, judged } of judge.judge(object, content)) {
      if (judged === "copy") copies++;
      else if ("reason" in judged) refused.push(judged.reason);
      else records.push(stored);
    }
    yield {
      objects: 1,
      records,
      copies,
      refused,
      async settle({ failed }) {
        // Refused records stay in the quarantine, from where they can be sent.
        if (failed.size > 0) return;
        const Tagging = { TagSet: [{ Key: replayedTag, Value: stack.now.toISOString() }] };
        await stack.call("s3", "PutObjectTagging", { ...target, Tagging });
      },
    };
  }
}

const onlyUnreadable = (unreadable: readonly string[]): ReplayGroup => ({
  objects: 0,
  records: [],
  unreadable,
  settle: async () => {},
});

/**
 * Yields the batches that the event source mapping gave up, and whose first record's arrival is in
 * the range.
 */
export async function* readFailed(stack: DeployedStack, range: TimeRange): AsyncGenerator<ReplayGroup> {
  const bucket = stack.quarantineBucket;
  for await (const { key } of listObjects(stack, bucket, prefixes.failed)) {
    const object = { bucket, key };
    const unreadable: string[] = [];
    const content = await tryReadListed(stack, object, unreadable);
    const batch = content && readFailedBatch(content.toString("utf8"));
    if (!batch) {
      if (content) unreadable.push(nameObject(object, "is not a batch of the event source mapping"));
      yield onlyUnreadable(unreadable);
      continue;
    }
    const { records } = batch;
    if (records[0] && !isWithin(range, records[0].arrivedAt)) continue;
    yield {
      objects: 1,
      records,
      async settle({ refused, failed }) {
        const isUnsent = ({ id }: { id: string }) => refused.has(id) || failed.has(id);
        const unsent = records.filter(isUnsent).length;
        if (unsent === 0) return moveReplayed(stack, object);
        if (unsent === records.length) return;
        // The batch stays, with the records that could not be sent.
        await keepReplayed(stack, object);
        const content = { Body: batch.withOnly(isUnsent), ContentType: "application/json" };
        await stack.call("s3", "PutObject", { Bucket: bucket, Key: key, ...content });
      },
    };
  }
}

const parallelCalls = 8;

/** Yields the bad records that the consumer quarantined, whose arrival is in the range. */
export async function* readQuarantine(stack: DeployedStack, range: TimeRange): AsyncGenerator<ReplayGroup> {
  let keys: string[] = [];
  for await (const { key } of listHours(stack, stack.quarantineBucket, prefixes.quarantine, range)) {
    keys.push(key);
    if (keys.length < recordsPerCall) continue;
    yield await readGroup(stack, keys, range);
    keys = [];
  }
  if (keys.length > 0) yield await readGroup(stack, keys, range);
}

async function readGroup(stack: DeployedStack, keys: readonly string[], range: TimeRange): Promise<ReplayGroup> {
  const found = new Map<string, { readonly object: StoredObject; readonly record: StoredRecord }>();
  const unreadable: string[] = [];
  await runInParallel(keys, parallelCalls, async (key) => {
    const object = { bucket: stack.quarantineBucket, key };
    const content = await tryReadListed(stack, object, unreadable);
    const record = content && readQuarantined(content.toString("utf8"));
    if (content && !record) unreadable.push(nameObject(object, "is not a quarantined record"));
    if (record && isWithin(range, record.arrivedAt)) found.set(key, { object, record });
  });
  // Read in parallel: back into the order of the keys, which is that of the arrival in each shard.
  const entries = keys.flatMap((key) => found.get(key) ?? []);
  return {
    objects: entries.length,
    records: entries.map(({ record }) => record),
    unreadable,
    async settle({ refused, failed }) {
      const sent = entries.filter(({ record }) => !refused.has(record.id) && !failed.has(record.id));
      await runInParallel(sent, parallelCalls, ({ object }) => moveReplayed(stack, object));
    },
  };
}

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
