import { readRetention } from "../../experiment/retention";
import { listAll } from "../../stack/aws";
import type { StackReader } from "../../stack/stack";
import type { Extent } from "./facts";

const day = 86_400_000;

/**
 * Finds out whether the archive since a time shows all that the datasets got from the stream: an
 * event that was not found may otherwise still be there.
 */
export async function readCoverage(stack: StackReader, from: Date): Promise<Extent> {
  const { call, datasetGroupArn, now } = stack;
  const datasets = await listAll({ call }, "personalize", "ListDatasets", { datasetGroupArn }, "datasets");
  const createdAt = new Date(Math.min(...datasets.map(({ creationDateTime }) => Number(creationDateTime ?? 0))));
  const retention = await readRetention(stack, { startedAt: createdAt });
  if (retention) {
    return { isWhole: false, why: `the archive keeps ${retention.days} days of events, and has lost earlier ones` };
  }
  if (createdAt >= from) return { isWhole: true };
  const days = Math.ceil((now.getTime() - createdAt.getTime()) / day);
  return { isWhole: false, why: `earlier events were not read: --days ${days} reads all` };
}
