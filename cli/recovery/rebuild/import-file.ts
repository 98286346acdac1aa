import { createHash } from "node:crypto";
import { isObject } from "../../json";
import type { Progress } from "../../progress";
import { type Dictionary, dictionary } from "../../record";
import type { DeployedStack } from "../../stack/find-stack";
import { listArchive, readArchive } from "../stored/archive-file";
import { readCopySeal } from "../stored/copy-seal";
import { readObject } from "../stored/objects";
import { preparedPrefix, seedKey } from "../stored/places";
import { readRules, toReplayable } from "../stored/replayable";
import { uploadLines } from "../stored/upload-lines";
import { readCsvRows } from "./csv-rows";
import type { ImportNote } from "./import-note";
import { InteractionsWriter, toRow } from "./interactions";
import type { InteractionsDataset } from "./interactions-dataset";

/** The key of a file that a run of this time prepares: sorted like the times. */
export const toPreparedKey = (time: Date): string =>
  `${preparedPrefix}interactions-${time.toISOString().replace(/\D/g, "")}.csv`;

type ImportCounts = Omit<ImportNote, "rowsBefore" | "refused"> & { readonly refused: Dictionary<number> };

export type ImportFile = Awaited<ReturnType<typeof writeImportFile>>;

/** Writes the seed and the archive as one CSV file into the data bucket, each interaction once, in one pass. */
export async function writeImportFile(stack: DeployedStack, dataset: InteractionsDataset, progress: Progress) {
  const object = { bucket: stack.dataBucket, key: toPreparedKey(stack.now) };
  const content = createHash("sha256");
  const written = { rows: 0, seedRows: 0, archivedEvents: 0, archiveObjects: 0 };
  const leftOut = { duplicates: 0, copies: 0, itemUpdates: 0, untimed: 0 };
  const counts: ImportCounts = { ...written, ...leftOut, refused: dictionary() };
  const target = { Bucket: object.bucket, Key: object.key, ContentType: "text/csv" };
  await uploadLines(stack, target, writeLines(stack, dataset, counts), (piece) => {
    content.update(piece);
    progress.show(`${counts.rows} rows written, ${counts.archiveObjects} archive objects read`);
  });
  return { object, counts, hash: content.digest("hex") };
}

async function* writeLines(
  stack: DeployedStack,
  dataset: InteractionsDataset,
  counts: ImportCounts,
): AsyncGenerator<string> {
  const writer = new InteractionsWriter(dataset.columns, counts);
  const rules = await readRules(stack);
  // Without a seal there are no copies yet.
  const seal = await readCopySeal(stack);
  yield writer.header;
  for await (const row of readCsvRows(stack, { bucket: stack.dataBucket, key: seedKey })) {
    counts.seedRows++;
    yield writer.write(row);
  }
  for await (const object of listArchive(stack, {})) {
    for (const record of readArchive(object, await readObject(stack, object))) {
      if (seal?.isCopy(record.event)) {
        counts.copies++;
        continue;
      }
      const read = toReplayable(record, rules, stack.now);
      if ("reason" in read) {
        counts.refused[read.reason] = (counts.refused[read.reason] ?? 0) + 1;
      } else if (!read.interaction) {
        counts.itemUpdates++;
      } else if (!hasTime(record.event) && record.arrivedAt > dataset.createdAt) {
        counts.untimed++;
      } else {
        counts.archivedEvents++;
        yield writer.write(toRow(read.interaction), read.interaction.event.eventId);
      }
    }
    counts.archiveObjects++;
  }
}

const hasTime = (event: unknown): boolean =>
  isObject(event) && event.timestamp !== undefined && event.timestamp !== null;
