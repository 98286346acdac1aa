import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { Fault, notImplemented } from "../../../aws/fault";
import { evaluate, type TimeSeries } from "./expression";
import { dimensionsOf, type MetricStore } from "./metric-store";
import { readStatistic } from "./statistic";

export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The period of a query in milliseconds: its own, or for an expression the largest of its metrics.
 */
export function periodOf(queries: readonly MetricDataQuery[]): number {
  return 1000 * Math.max(60, ...queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 60));
}

/** The limit of one GetMetricData (API reference). */
const mostQueries = 500;

/** Refuses malformed queries. */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  if (queries.length > mostQueries) {
    const message = `The collection MetricDataQueries must not have a size greater than ${mostQueries}.`;
    throw new Fault("ValidationError", message);
  }
  const ids = new Set<string>();
  for (const { Id = "", MetricStat, Expression, AccountId } of queries) {
    if (AccountId !== undefined) throw notImplemented("cloudwatch: a metric query with AccountId");
    if (ids.has(Id)) throw new Fault("InvalidParameterValueException", `The Id ${Id} is used by more than one query.`);
    ids.add(Id);
    if (/^\s*SELECT\b/i.test(Expression ?? "")) throw notImplemented("cloudwatch: a metric query with SELECT");
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

/**
 * CloudWatch serves 396,000 datapoints a second for data older than three hours, and throttles what
 * needs more (user guide, "CloudWatch service quotas", GetMetricData): a single request that needs
 * more is always refused.
 */
const mostDatapoints = 396_000;

/**
 * Answers every query of a request over a range that starts at `from`; each series by the start of
 * its periods.
 */
export function answerQueries(
  store: MetricStore,
  queries: readonly MetricDataQuery[],
  { from, to }: Range,
): ReadonlyMap<string, TimeSeries> {
  const byId = new Map(queries.map((query) => [query.Id ?? "", query]));
  const answered = new Map<string, TimeSeries>();
  const open = new Set<string>();
  const spend = createBudget();

  const answer = (id: string): TimeSeries => {
    const known = answered.get(id);
    if (known) return known;
    const query = byId.get(id);
    if (!query) {
      throw new Fault("InvalidParameterValueException", `Invalid metrics expression: ${id} is not the Id of a query.`);
    }
    if (open.has(id)) throw new Fault("InvalidParameterValueException", `The expression ${id} refers to itself.`);
    if (open.size >= deepestReference) {
      throw new Fault("InvalidParameterValueException", `Invalid metrics expression: ${id} is referred to too deeply.`);
    }
    open.add(id);
    const series = query.MetricStat ? readMetric(query) : evaluate(query.Expression ?? "", answer);
    open.delete(id);
    answered.set(id, series);
    return series;
  };

  const readMetric = ({ MetricStat }: MetricDataQuery): TimeSeries => {
    const { Metric, Period = 60, Stat = "", Unit } = MetricStat ?? {};
    const { Namespace = "", MetricName = "", Dimensions } = Metric ?? {};
    const metric = { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) };
    const value = readStatistic(Stat);
    const series = new Map<number, number>();
    const windows = store.read(metric, from, to, Period * 1000, Unit);
    spend(windows.length);
    for (const { start, statistics } of windows) {
      const found = value(statistics);
      if (found !== undefined) series.set(start, found);
    }
    return series;
  };

  // Metrics first: they depend on nothing, and the expressions then use their results.
  for (const { Id = "" } of queries.toSorted((a, b) => Number(!a.MetricStat) - Number(!b.MetricStat))) answer(Id);
  return answered;
}

/** Expressions that refer to each other: more than any client needs. */
const deepestReference = 50;

function createBudget(): (count: number) => void {
  let left = mostDatapoints;
  return (count) => {
    left -= count;
    if (left >= 0) return;
    throw new Fault(
      "ThrottlingException",
      `Rate exceeded: the queries need more than ${mostDatapoints} datapoints. Ask for longer periods or a shorter range.`,
      { status: 400 },
    );
  };
}
