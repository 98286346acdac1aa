import { listAll } from "./aws";
import type { StackReader } from "./read-stacks";

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
  { call, now }: StackReader,
  queries: Readonly<Record<Name, MetricQuery>>,
  hours: number,
): Promise<Record<Name, MetricPoint[]>> {
  const read = Object.entries<MetricQuery>(queries).map(([name, query]) => ({
    name,
    query,
    points: [] as MetricPoint[],
  }));
  const request = {
    StartTime: new Date(now.getTime() - hours * 3_600_000),
    EndTime: new Date(now.getTime() + 60_000),
    MetricDataQueries: read.map(({ query }, index) => toQuery(`m${index}`, query)),
  };
  const results = await listAll(
    (NextToken) => call("cloudwatch", "GetMetricData", { ...request, NextToken }),
    ({ MetricDataResults }) => MetricDataResults,
  );
  for (const { Id = "", Timestamps = [], Values = [] } of results) {
    const points = Timestamps.map((time, index: number) => ({ time, value: Values[index] ?? 0 }));
    read[Number(Id.slice(1))]?.points.push(...points);
  }
  return Object.fromEntries(read.map(({ name, points }) => [name, points])) as Record<Name, MetricPoint[]>;
}

function toQuery(id: string, { namespace, name, dimensions, statistic }: MetricQuery) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { Id: id, MetricStat: { Metric, Period: 300, Stat: statistic } };
}

export const sumOf = (points: readonly MetricPoint[]) => points.reduce((sum, { value }) => sum + value, 0);
export const largestOf = (points: readonly MetricPoint[]) =>
  points.length === 0 ? undefined : Math.max(...points.map(({ value }) => value));
