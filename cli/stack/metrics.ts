import type { MetricStat } from "@aws-sdk/client-cloudwatch";
import { listAll } from "./aws";
import type { StackReader } from "./stack";

export interface MetricPoint {
  readonly time: Date;
  readonly value: number;
}

/** A time from `from` to before `to`. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/** Leaves out what is before a time. */
export const beginAt = ({ from, to }: TimeRange, since: Date): TimeRange => ({
  from: new Date(Math.max(Number(from), Number(since))),
  to,
});

/** A metric's sum in each period of five minutes. */
export function sum(Namespace: string, MetricName: string, dimensions: Readonly<Record<string, string>>): MetricStat {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Metric: { Namespace, MetricName, Dimensions }, Period: 300, Stat: "Sum" };
}

export const maximum = (...metric: Parameters<typeof sum>): MetricStat => ({ ...sum(...metric), Stat: "Maximum" });
export const hourly = (metric: MetricStat): MetricStat => ({ ...metric, Period: 3_600 });

/** Names each metric. One without a query, as of something that was deleted, has no points. */
type Queries<Name extends string> = Readonly<Record<Name, MetricStat | undefined>>;

/** Reads metrics over the last `hours`, the newest point first. */
export function readMetrics<Name extends string>(
  { call, now }: StackReader,
  queries: Queries<Name>,
  hours: number,
): Promise<Record<Name, MetricPoint[]>> {
  const range = { from: new Date(now.getTime() - hours * 3_600_000), to: new Date(now.getTime() + 60_000) };
  return readMetricsIn({ call }, queries, range);
}

/** The most of one request (API reference, GetMetricData). */
const mostQueries = 500;

/** Reads metrics, the newest point first. Periods without values have no point. */
export async function readMetricsIn<Name extends string>(
  { call }: Pick<StackReader, "call">,
  queries: Queries<Name>,
  { from, to }: TimeRange,
): Promise<Record<Name, MetricPoint[]>> {
  const names = Object.keys(queries) as Name[];
  const points = Object.fromEntries(names.map((name) => [name, []])) as Record<string, MetricPoint[]>;
  const all = names.flatMap((name, index) => {
    const MetricStat = queries[name];
    return MetricStat ? [{ Id: `m${index}`, MetricStat }] : [];
  });
  for (let first = 0; first < all.length; first += mostQueries) {
    const MetricDataQueries = all.slice(first, first + mostQueries);
    const request = { StartTime: from, EndTime: to, MetricDataQueries };
    const results = await listAll({ call }, "cloudwatch", "GetMetricData", request, "MetricDataResults");
    for (const { Id = "", Timestamps = [], Values = [] } of results) {
      const found = Timestamps.map((time, index: number) => ({ time, value: Values[index] ?? 0 }));
      points[names[Number(Id.slice(1))] ?? ""]?.push(...found);
    }
  }
  return points;
}

export const sumOf = (points: readonly MetricPoint[]) => points.reduce((total, { value }) => total + value, 0);
export const largestOf = (points: readonly MetricPoint[]) =>
  points.length === 0 ? undefined : Math.max(...points.map(({ value }) => value));
