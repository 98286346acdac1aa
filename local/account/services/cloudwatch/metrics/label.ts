import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";

/**
 * Labels of results without their own: the metric's name, then the statistic and the period in
 * seconds, each where the metrics of the request differ in it ("metric1 Sum 60"; recorded:
 * localstack's snapshot test_label_generation).
 */
export function createLabels(queries: readonly MetricDataQuery[]): (query: MetricDataQuery) => string {
  const metrics = queries.flatMap(({ MetricStat }) => MetricStat ?? []);
  const withStatistic = new Set(metrics.map(({ Stat }) => Stat)).size > 1;
  const withPeriod = new Set(metrics.map(({ Period }) => Period)).size > 1;
  return ({ Id = "", Label, MetricStat }) => {
    if (Label !== undefined) return Label;
    if (!MetricStat) return Id;
    const { Metric, Stat, Period } = MetricStat;
    return [Metric?.MetricName, withStatistic && Stat, withPeriod && Period].filter(Boolean).join(" ");
  };
}
