import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { Progress } from "../progress";
import type { DeployedStack } from "../stack/find-stack";
import { splitArchive, toStoredRecords } from "./archive-file";
import { type ArchiveObject, listArchive } from "./archive-source";
import { readCsvRows } from "./csv-rows";
import { InteractionsWriter, toRow } from "./interactions";
import type { InteractionsDataset } from "./interactions-dataset";
import { joinLines } from "./join-lines";
import { readObject, type StoredObject } from "./objects";
import { type RecordRules, readRules, toReplayable } from "./replayable";
import { isCopy } from "./stored-event";

/** Where the program uploads the interactions of the first import (components/ingestion/data-store.ts). */
export const seedKey = "seed/interactions/interactions.csv";

/** What a prepared file contains. */
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
  readonly refused: Record<string, number>;
  /** Events since the dataset was created that contain no time: see `rebuild`. */
  untimed: number;
}

export interface ImportFile {
  readonly object: StoredObject;
  readonly counts: ImportCounts;
  /** Of the content. */
  readonly hash: string;
}

/** Writes the seed and the archive as one CSV file into the data bucket, each interaction once, in one pass. */
export async function writeImportFile(
  client: S3Client,
  stack: DeployedStack,
  dataset: InteractionsDataset,
  progress: Progress,
): Promise<ImportFile> {
  const key = `rebuild/interactions-${stack.now.toISOString().replace(/\D/g, "")}.csv`;
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
    refused: {},
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
  yield writer.header;
  for await (const row of readCsvRows(client, { bucket: stack.dataBucket, key: seedKey })) {
    counts.seedRows++;
    yield writer.write(row);
  }
  for await (const object of listArchive(client, stack.archiveBucket, {})) {
    const content = await readObject(client, object);
    yield* writeEvents(object, content, { writer, rules, stack, dataset, counts });
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
  readonly stack: DeployedStack;
  readonly dataset: InteractionsDataset;
  readonly counts: ImportCounts;
}

function* writeEvents(object: ArchiveObject, content: Buffer, writing: Writing): Generator<string> {
  const { writer, rules, stack, dataset, counts } = writing;
  const archived = [...splitArchive(content)];
  let index = 0;
  for (const record of toStoredRecords(object.key, object.time, archived)) {
    if (isCopy(archived[index++]?.event)) {
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
    counts.archivedEvents++;
    const isUntimed = interaction.event.sentAt.getTime() === record.arrivedAt.getTime();
    if (isUntimed && record.arrivedAt > dataset.createdAt) counts.untimed++;
    yield writer.write(toRow(interaction), interaction.event.eventId);
  }
}
