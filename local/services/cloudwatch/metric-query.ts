import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { Fault, notImplemented } from "../../endpoint/fault";
import { evaluate, type TimeSeries } from "./expression";
import { dimensionsOf, type MetricStore } from "./metric-store";
import { statistic } from "./statistic";

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The period of a query in milliseconds: its own, or for an expression the largest of its metrics. */
export function periodOf(queries: readonly MetricDataQuery[]): number {
  return 1000 * Math.max(60, ...queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 60));
}

/** Refuses queries that are malformed, whatever the data. */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  const ids = new Set<string>();
  for (const { Id = "", MetricStat, Expression, AccountId } of queries) {
    if (AccountId !== undefined) throw notImplemented("cloudwatch: AccountId of a metric query");
    if (ids.has(Id)) throw new Fault("InvalidParameterValueException", `The Id ${Id} is used by more than one query.`);
    ids.add(Id);
    if ((MetricStat === undefined) === (Expression === undefined)) {
      throw new Fault(
        "InvalidParameterCombinationException",
        `The query ${Id} must have exactly one of MetricStat and Expression.`,
      );
    }
    if (MetricStat) checkPeriod(MetricStat.Period ?? 0, `${Id}.MetricStat.Period`);
  }
}

export function checkPeriod(period: number, path: string): void {
  if (period > 0 && period % 60 === 0) return;
  if ([1, 5, 10, 20, 30].includes(period)) throw notImplemented("cloudwatch: periods below 60 seconds");
  throw new Fault("InvalidParameterValueException", `The parameter ${path} must be a multiple of 60, not ${period}.`);
}

/** Answers every query of a request over a range that starts at `from`; each series by the start of its periods. */
export function answerQueries(
  store: MetricStore,
  queries: readonly MetricDataQuery[],
  { from, to }: Range,
): ReadonlyMap<string, TimeSeries> {
  const answered = new Map<string, TimeSeries>();
  const open = new Set<string>();

  const answer = (id: string): TimeSeries => {
    const known = answered.get(id);
    if (known) return known;
    const query = queries.find((candidate) => candidate.Id === id);
    if (!query)
      throw new Fault("InvalidParameterValueException", `Invalid metrics expression: ${id} is no query's Id.`);
    if (open.has(id)) throw new Fault("InvalidParameterValueException", `The expression ${id} refers to itself.`);
    open.add(id);
    const series = query.MetricStat ? readMetric(query) : calculate(query);
    answered.set(id, series);
    return series;
  };

  const readMetric = ({ MetricStat }: MetricDataQuery): TimeSeries => {
    const { Metric, Period = 60, Stat = "", Unit } = MetricStat ?? {};
    const { Namespace = "", MetricName = "", Dimensions } = Metric ?? {};
    const metric = { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) };
    const value = statistic(Stat);
    const series = new Map<number, number>();
    for (const { start, statistics } of store.read(metric, from, to, Period * 1000, Unit)) {
      const found = value(statistics);
      if (found !== undefined) series.set(start, found);
    }
    return series;
  };

  const calculate = ({ Expression = "" }: MetricDataQuery): TimeSeries => {
    const period = periodOf(queries);
    const times: number[] = [];
    for (let time = from; time < to; time += period) times.push(time);
    return evaluate(Expression, {
      series: answer,
      metrics: () => queries.flatMap((query) => (query.MetricStat ? [answer(query.Id ?? "")] : [])),
      times,
    });
  };

  for (const { Id = "" } of queries) answer(Id);
  return answered;
}
