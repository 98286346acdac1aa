import { longestBuffer } from "../../archive/archive-file";
import { listArchive } from "../../archive/read-archive";
import { listAll } from "../../stack/aws";
import { readMetrics, sum } from "../../stack/metrics";
import type { DeployedStack } from "../../stack/stack";

const hour = 3_600_000;
const toHour = (time: number): number => Math.floor(time / hour);

/** CloudWatch keeps the sums of hours for 455 days (user guide, "Metrics retention"). */
const longestLife = 455 * 24 * hour;

/**
 * Returns true when the archive has all that the stack's datasets have from the stream: an object
 * of each hour in which records arrived since the first dataset was created. Only then the archive
 * shows all users. Objects expire, and are deleted by hand: no rule of today says what is there.
 */
export async function coversDatasets(stack: DeployedStack): Promise<boolean> {
  const { datasetGroupArn, now, streamName: StreamName } = stack;
  const datasets = await listAll(stack, "personalize", "ListDatasets", { datasetGroupArn }, "datasets");
  const created = Math.min(...datasets.map(({ creationDateTime }) => Number(creationDateTime ?? 0)));
  const life = now.getTime() - created;
  if (life > longestLife) return false;
  const archived = new Set<number>();
  for await (const { time } of listArchive(stack, {})) {
    for (const each of [Number(time), Number(time) + longestBuffer]) archived.add(toHour(each));
  }
  const queries = { received: { ...sum("AWS/Kinesis", "IncomingRecords", { StreamName }), Period: hour / 1000 } };
  const { received } = await readMetrics(stack, queries, Math.ceil(life / hour));
  // Records that arrived since the command's start need not be in the archive yet.
  return received.every(
    ({ time, value }) => value === 0 || Number(time) + hour > now.getTime() || archived.has(toHour(Number(time))),
  );
}
