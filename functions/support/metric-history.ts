import { connectCloudWatch } from "./clients";

type ServiceMetric = { namespace: string; name: string; dimensions: Record<string, string> };

export interface MetricPeriod {
  start: Date;
  milliseconds: number;
  value: number;
}

/** Returns the ends of the periods with values above zero, in milliseconds. */
export const listUses = (periods: readonly MetricPeriod[]): number[] =>
  periods.filter(({ value }) => value > 0).map((period) => period.start.getTime() + period.milliseconds);

/**
 * CloudWatch returns at most 1,440 values (API reference, GetMetricStatistics); a period has begun,
 * and one has not ended.
 */
const mostPeriods = 1_438;

/**
 * Creates a function that reads the periods of a metric since a time that have values, in any
 * order, of those that begin after it: the one in which it lies has values from before. CloudWatch
 * returns at most 1,440: periods of five minutes for almost five days, else of an hour, for almost
 * 60 days.
 */
export function createMetricReader(): (metric: ServiceMetric, since: Date) => Promise<MetricPeriod[]> {
  const cloudwatch = connectCloudWatch();
  return async ({ namespace, name, dimensions }, since) => {
    const { sdk, client } = await cloudwatch();
    const until = new Date();
    const period = until.getTime() - since.getTime() < mostPeriods * 300_000 ? 300 : 3_600;
    const earliest = until.getTime() - mostPeriods * period * 1_000;
    const milliseconds = period * 1_000;
    const start = new Date(Math.ceil(Math.max(since.getTime(), earliest) / milliseconds) * milliseconds);
    if (start >= until) return [];
    const { Datapoints = [] } = await client.send(
      new sdk.GetMetricStatisticsCommand({
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        StartTime: start,
        EndTime: until,
        Period: period,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints.map((point) => ({
      start: point.Timestamp ?? until,
      milliseconds,
      value: point.Sum ?? 0,
    }));
  };
}
