import { listAll } from "../stack/aws";
import type { StackReader } from "../stack/stack";
import { type ArchivedHours, longestArchiving, readArchivedHours } from "./archived-hours";

/** Reads when the first dataset was created: none has what arrived before. */
export async function readDatasetsStart(stack: StackReader): Promise<Date> {
  const { datasetGroupArn, now } = stack;
  const datasets = await listAll(stack, "personalize", "ListDatasets", { datasetGroupArn }, "datasets");
  return new Date(Math.min(...datasets.map(({ creationDateTime }) => Number(creationDateTime ?? 0)), Number(now)));
}

/**
 * Compares the archive with what arrived since a time, but for the newest records, which may be on
 * the way to it.
 */
export const readSettledHours = (
  stack: StackReader,
  from: Date,
  show?: (text: string) => void,
): Promise<ArchivedHours> =>
  readArchivedHours(stack, { from, to: new Date(Math.max(+from, +stack.now - longestArchiving)) }, show);
