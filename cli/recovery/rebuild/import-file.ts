import { prefixes, seedKey } from "../../../names/layout";
import { readCsv } from "../../archive/csv-rows";
import { createUpload } from "../../archive/upload";
import { noArchiveCounts, readArchivedEvents } from "../../judge/archived-events";
import { isObject } from "../../stack/json";
import type { DeployedStack } from "../../stack/stack";
import type { Progress } from "../../terminal/progress";
import { createRowWriter, toRow } from "./interaction-rows";
import type { InteractionsDataset } from "./interactions-dataset";

/** The key of a file that a run of this time prepares: sorted like the times. */
export const toPreparedKey = (time: Date): string =>
  `${prefixes.rebuild}interactions-${time.toISOString().replace(/\D/g, "")}.csv`;

/** The rows of a prepared file, and the records that are left out. */
const noCounts = () => ({
  rows: 0,
  seedRows: 0,
  ...noArchiveCounts(),
  /** Left out: the same visitor, item, time and type, or the same event id. */
  duplicates: 0,
  /**
   * Left out: events without their own time that arrived after the dataset was created. The
   * dataset has them from the stream, with the time of their arrival. The archive has only an
   * estimate of that, so that they would count twice.
   */
  untimed: 0,
});
export type ImportCounts = ReturnType<typeof noCounts>;

/**
 * Writes the seed and the archive as one CSV file into the data bucket, each interaction once, in
 * one pass.
 */
export async function writeImportFile(stack: DeployedStack, dataset: InteractionsDataset, progress: Progress) {
  const key = toPreparedKey(stack.now);
  const counts = noCounts();
  const target = { Bucket: stack.dataBucket, Key: key, ContentType: "text/csv" };
  const count = () => progress.show(`${counts.rows} rows written, ${counts.archiveObjects} archive objects read`);
  await createUpload(stack)(target, writeLines(stack, dataset, counts, count));
  return { key, counts };
}

async function* writeLines(
  stack: DeployedStack,
  dataset: InteractionsDataset,
  counts: ImportCounts,
  onRow: () => void,
): AsyncGenerator<string> {
  const write = createRowWriter(dataset.columns, counts);
  yield `${dataset.columns.join(",")}\n`;
  for await (const { row } of readCsv(stack, { bucket: stack.dataBucket, key: seedKey("interactions") })) {
    if (!row) continue;
    counts.seedRows++;
    yield write(row);
    onRow();
  }
  for await (const event of readArchivedEvents(stack, {}, counts)) {
    if (!hasTime(event.stored.event) && event.stored.arrivedAt > dataset.createdAt) counts.untimed++;
    else yield write(toRow(event), event.event.eventId);
    onRow();
  }
}

const hasTime = (event: unknown): boolean =>
  isObject(event) && event.timestamp !== undefined && event.timestamp !== null;
