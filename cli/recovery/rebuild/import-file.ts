import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { Progress } from "../../progress";
import { type Dictionary, dictionary } from "../../record";
import type { DeployedStack } from "../../stack/find-stack";
import { splitArchive, toStoredRecords } from "../stored/archive-file";
import { type CopySeal, readCopySeal } from "../stored/copy-seal";
import { joinLines } from "../stored/join-lines";
import { type ArchiveObject, listArchive } from "../stored/list-archive";
import { readObject, type StoredObject } from "../stored/objects";
import { preparedPrefix, seedKey } from "../stored/places";
import { type RecordRules, readRules, toReplayable } from "../stored/replayable";
import { isObject } from "../stored/stored-event";
import { readCsvRows } from "./csv-rows";
import { InteractionsWriter, toRow } from "./interactions";
import type { InteractionsDataset } from "./interactions-dataset";

/** The key of a file that a run of this time prepares: sorted like the times. */
export const toPreparedKey = (time: Date): string =>
  `${preparedPrefix}interactions-${time.toISOString().replace(/\D/g, "")}.csv`;

/** The rows of a prepared file, and the records that are left out. */
export interface ImportCounts {
  rows: number;
  seedRows: number;
  archivedEvents: number;
  archiveObjects: number;
  /** Left out: the same visitor, item, time and type, or the same event id. */
  duplicates: number;
  /** Left out: copies that a replay put on the stream. */
  copies: number;
  /** Left out: updates of items, which are no interactions. */
  itemUpdates: number;
  /** Left out: what the consumer refuses, by reason. */
  readonly refused: Dictionary<number>;
  /**
   * Left out: events without a time of their own that arrived after the dataset was created. The dataset has them from the
   * stream, with the time of their arrival. The archive has only an estimate of that, so that they would count twice.
   */
  untimed: number;
}

export interface ImportFile {
  readonly object: StoredObject;
  readonly counts: ImportCounts;
  /** The hash of the file's content. */
  readonly hash: string;
}

/** Writes the seed and the archive as one CSV file into the data bucket, each interaction once, in one pass. */
export async function writeImportFile(
  client: S3Client,
  stack: DeployedStack,
  dataset: InteractionsDataset,
  progress: Progress,
): Promise<ImportFile> {
  const key = toPreparedKey(stack.now);
  const content = createHash("sha256");
  const counts: ImportCounts = {
    ...{
      rows: 0,
      seedRows: 0,
      archivedEvents: 0,
      archiveObjects: 0,
      duplicates: 0,
      copies: 0,
      itemUpdates: 0,
      untimed: 0,
    },
    refused: dictionary(),
  };
  async function* readPieces() {
    for await (const piece of joinLines(writeLines(client, stack, dataset, counts))) {
      content.update(piece);
      progress.show(`${counts.rows} rows written, ${counts.archiveObjects} archive objects read`);
      yield piece;
    }
  }
  const Body = Readable.from(readPieces(), { objectMode: false });
  const params = { Bucket: stack.dataBucket, Key: key, Body, ContentType: "text/csv" };
  // 10,000 parts of 16 MiB are more than the 100 GB that an import may have (Personalize's quotas).
  await new Upload({ client, params, partSize: 16 * 1024 ** 2, queueSize: 2 }).done();
  return { object: { bucket: stack.dataBucket, key }, counts, hash: content.digest("hex") };
}

async function* writeLines(
  client: S3Client,
  stack: DeployedStack,
  dataset: InteractionsDataset,
  counts: ImportCounts,
): AsyncGenerator<string> {
  const writer = new InteractionsWriter(dataset.columns);
  const rules = await readRules(client, stack);
  const seal = await readCopySeal(client, stack.dataBucket);
  yield writer.header;
  for await (const row of readCsvRows(client, { bucket: stack.dataBucket, key: seedKey })) {
    counts.seedRows++;
    yield writer.write(row);
  }
  for await (const object of listArchive(client, stack.archiveBucket, {})) {
    const content = await readObject(client, object);
    yield* writeEvents(object, content, { writer, rules, seal, stack, dataset, counts });
    counts.archiveObjects++;
    counts.rows = writer.rows;
    counts.duplicates = writer.duplicates;
  }
  counts.rows = writer.rows;
  counts.duplicates = writer.duplicates;
}

interface Writing {
  readonly writer: InteractionsWriter;
  readonly rules: RecordRules;
  /** Absent: there are no copies yet. */
  readonly seal: CopySeal | undefined;
  readonly stack: DeployedStack;
  readonly dataset: InteractionsDataset;
  readonly counts: ImportCounts;
}

function* writeEvents(object: ArchiveObject, content: Buffer, writing: Writing): Generator<string> {
  const { writer, rules, seal, stack, dataset, counts } = writing;
  const archived = [...splitArchive(content)];
  for (const [index, record] of [...toStoredRecords(object.key, object.time, archived)].entries()) {
    if (seal?.isCopy(archived[index]?.event)) {
      counts.copies++;
      continue;
    }
    const event = toReplayable(record, rules, stack.now);
    if ("reason" in event) {
      counts.refused[event.reason] = (counts.refused[event.reason] ?? 0) + 1;
      continue;
    }
    const { interaction } = event;
    if (!interaction) {
      counts.itemUpdates++;
      continue;
    }
    if (!hasTime(archived[index]?.event) && record.arrivedAt > dataset.createdAt) {
      counts.untimed++;
      continue;
    }
    counts.archivedEvents++;
    yield writer.write(toRow(interaction), interaction.event.eventId);
  }
}

const hasTime = (event: unknown): boolean =>
  isObject(event) && event.timestamp !== undefined && event.timestamp !== null;
