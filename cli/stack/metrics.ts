import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { DeployedStack } from "./find-stack";

/** A metric and how to sum it up. */
export interface MetricQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Sum" | "Maximum";
}

export interface MetricPoint {
  readonly time: Date;
  readonly value: number;
}

/** Reads metrics over the last `hours`, in points of five minutes, the newest first. Periods without values have no point. */
export async function readMetrics<Name extends string>(
  stack: DeployedStack,
  queries: Readonly<Record<Name, MetricQuery>>,
  hours: number,
): Promise<Record<Name, MetricPoint[]>> {
  const cloudwatch = new CloudWatchClient(stack.client);
  const read = Object.entries<MetricQuery>(queries).map(([name, query]) => ({
    name,
    query,
    points: [] as MetricPoint[],
  }));
  let token: string | undefined;
  do {
    const { MetricDataResults = [], NextToken } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(stack.now.getTime() - hours * 3_600_000),
        EndTime: new Date(stack.now.getTime() + 60_000),
        MetricDataQueries: read.map(({ query }, index) => toQuery(`m${index}`, query)),
        NextToken: token,
      }),
    );
    for (const { Id = "", Timestamps = [], Values = [] } of MetricDataResults) {
      const points = Timestamps.map((time, index: number) => ({ time, value: Values[index] ?? 0 }));
      read[Number(Id.slice(1))]?.points.push(...points);
    }
    token = NextToken;
  } while (token !== undefined);
  return Object.fromEntries(read.map(({ name, points }) => [name, points])) as Record<Name, MetricPoint[]>;
}

function toQuery(id: string, { namespace, name, dimensions, statistic }: MetricQuery) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { Id: id, MetricStat: { Metric, Period: 300, Stat: statistic } };
}

/** Adds up the points of a sum. */
export const sumOf = (points: readonly MetricPoint[]) => points.reduce((sum, { value }) => sum + value, 0);
/** Returns the largest point, or undefined without points. */
export const largestOf = (points: readonly MetricPoint[]) =>
  points.length === 0 ? undefined : Math.max(...points.map(({ value }) => value));
