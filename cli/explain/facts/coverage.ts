import { readRetention } from "../../experiment/retention";
import { listAll } from "../../stack/aws";
import type { StackReader } from "../../stack/stack";

/** The part of what the datasets got from the stream that the archive shows since a time. */
export type Coverage = Awaited<ReturnType<typeof readCoverage>>;

const day = 86_400_000;

/** Compares a time with the datasets' creation, and with what the archive has lost since then. */
export async function readCoverage(stack: StackReader, from: Date) {
  const { call, datasetGroupArn, now } = stack;
  const datasets = await listAll({ call }, "personalize", "ListDatasets", { datasetGroupArn }, "datasets");
  const createdAt = new Date(Math.min(...datasets.map(({ creationDateTime }) => Number(creationDateTime ?? 0))));
  const retention = await readRetention(stack, { startedAt: createdAt });
  return {
    /** Everything was read. Otherwise an event that was not found may still be there. */
    isWhole: createdAt >= from && retention === undefined,
    /** The days of the archive that have all of it. */
    neededDays: Math.ceil((now.getTime() - createdAt.getTime()) / day),
    /** The days for which the archive keeps events, if it has lost some. */
    keptDays: retention?.days,
  };
}
