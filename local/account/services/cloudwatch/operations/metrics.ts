import type {
  Datapoint,
  GetMetricStatisticsInput,
  ListMetricsInput,
  StandardUnit,
  Statistic,
} from "@aws-sdk/client-cloudwatch";
import { Fault, notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { InvalidToken, readToken, writeToken } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import type { TimeSeries } from "../metrics/expression";
import { createLabels } from "../metrics/label";
import { readDatum } from "../metrics/metric-data";
import { pageOfResults } from "../metrics/metric-page";
import { answerQueries, checkPeriod, checkQueries, periodOf, type Range } from "../metrics/metric-query";
import { dimensionsOf, type MetricId, type MetricStore, minute, type Window } from "../metrics/metric-store";
import { readStatistic } from "../metrics/statistic";

const maxDatapoints = 1_440;
/** The limit of one PutMetricData (API reference). */
const maxMetrics = 1_000;

/**
 * CloudWatch rounds the start down to the minute (API reference, GetMetricStatistics). The
 * operations refuse a wrong range with different codes: AWS's answers are in localstack's snapshot
 * test_invalid_amount_of_datapoints (GetMetricStatistics) and in elastic/beats issue 32687
 * (GetMetricData).
 */
function rangeOf(start: Date | undefined, end: Date | undefined, code: string) {
  const from = start?.getTime() ?? 0;
  const to = end?.getTime() ?? 0;
  if (to > from) return { from: Math.floor(from / minute) * minute, to, length: to - from };
  const isEmpty = to === from && code === "ValidationError";
  const problem = isEmpty ? "not equal parameter EndTime." : "be less than the parameter EndTime.";
  throw new Fault(code, `The parameter StartTime must ${problem}`);
}

/** Writes, reads and lists metrics. */
export function metricHandlers(host: Host, metrics: Store<MetricStore>) {
  return {
    PutMetricData(input, call) {
      if (input.EntityMetricData) throw notImplemented("cloudwatch:PutMetricData with EntityMetricData");
      const namespace = input.Namespace ?? "";
      checkData(namespace, input.MetricData?.length ?? 0);
      const data = (input.MetricData ?? []).map((datum, i) => {
        const read = readDatum(datum, `MetricData.member.${i + 1}`, host.clock.now());
        return { datum, ...read };
      });
      for (const { datum, time, sample } of data) {
        const metric = { namespace, name: datum.MetricName ?? "", dimensions: dimensionsOf(datum.Dimensions) };
        metrics.of(call).add(metric, datum.Unit ?? "None", time, sample);
      }
      return {};
    },

    GetMetricStatistics(input, call) {
      const { Period = 0, Statistics = [], ExtendedStatistics = [] } = input;
      if (Statistics.length + ExtendedStatistics.length === 0) {
        throw new Fault(
          "InvalidParameterCombinationException",
          "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
        );
      }
      checkPeriod(Period, "Period");
      const range = rangeOf(input.StartTime, input.EndTime, "InvalidParameterValueException");
      refuseManyDatapoints(Math.ceil(range.length / (Period * 1000)));
      const windows = readWindows(metrics.of(call), input, range);
      return {
        Label: input.MetricName ?? "",
        Datapoints: windows.map((window) => describeWindow(window, Statistics, ExtendedStatistics)),
      };
    },

    async GetMetricData(input, call) {
      const queries = input.MetricDataQueries ?? [];
      if (input.LabelOptions !== undefined) throw notImplemented("cloudwatch:GetMetricData with LabelOptions");
      checkQueries(queries);
      const range = rangeOf(input.StartTime, input.EndTime, "ValidationError");
      const period = periodOf(queries);
      // Periods lie on whole multiples of themselves, as the API reference advises to ask for them.
      const aligned = { from: Math.floor(range.from / period) * period, to: range.to };
      const answered = answerQueries(metrics.of(call), queries, aligned);
      const descending = input.ScanBy !== "TimestampAscending";
      const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
      const labelOf = createLabels(returned);
      const all = returned.map((query) => ({
        Id: query.Id ?? "",
        Label: labelOf(query),
        points: inOrder(answered.get(query.Id ?? "") ?? new Map(), descending),
      }));
      return { ...pageOfResults(all, input.MaxDatapoints, input.NextToken), Messages: [] };
    },

    async ListMetrics(input, call) {
      if (input.IncludeLinkedAccounts || input.OwningAccount !== undefined) {
        throw notImplemented("cloudwatch:ListMetrics with IncludeLinkedAccounts or OwningAccount");
      }
      if (input.RecentlyActive !== undefined) throw notImplemented("cloudwatch:ListMetrics with RecentlyActive");
      const { items, next } = pageOfMetrics(metrics.of(call), input, host.clock.now());
      return {
        Metrics: items.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        NextToken: next,
      };
    },
  } satisfies Handlers<Clients["cloudwatch"]>;
}

function refuseManyDatapoints(count: number): void {
  if (count <= maxDatapoints) return;
  throw new Fault(
    "InvalidParameterCombinationException",
    `You have requested up to ${count} datapoints, which exceeds the limit of ${maxDatapoints}. ` +
      "You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
  );
}

/** The points of a series by time. Most series are in order. */
function inOrder(series: TimeSeries, descending: boolean): (readonly [number, number])[] {
  const points = [...series];
  const isSorted = points.every(([time], i) => i === 0 || time > (points[i - 1]?.[0] ?? 0));
  if (!isSorted) points.sort(([a], [b]) => a - b);
  return descending ? points.reverse() : points;
}

/** The size of a page of ListMetrics (API reference). */
const metricsPerPage = 500;

/**
 * A page of the metrics that a request of ListMetrics asks for. The token is the number of metrics
 * before it.
 */
function pageOfMetrics(store: MetricStore, input: ListMetricsInput, now: number) {
  const first = input.NextToken === undefined ? 0 : readPosition(input.NextToken);
  const items: MetricId[] = [];
  let position = -1;
  for (const metric of store.list(now)) {
    if (++position >= first && metric && isWanted(metric, input)) {
      if (items.length === metricsPerPage) return { items, next: writeToken(String(position)) };
      items.push(metric);
    }
  }
  // An account without metrics has a first page, too.
  if (first > 0 && first > position) throw new InvalidToken();
  return { items, next: undefined };
}

function readPosition(token: string): number {
  const position = readToken(token);
  if (!/^\d{1,15}$/.test(position)) throw new InvalidToken();
  return Number(position);
}

/**
 * "If you omit Unit … all data that was collected with any unit is returned, along with the
 * corresponding units" (API reference): one datapoint for each.
 */
function readWindows(store: MetricStore, input: GetMetricStatisticsInput, { from, to }: Range): Window[] {
  const { Namespace: namespace = "", MetricName: name = "", Period = 0, Unit } = input;
  const metric = { namespace, name, dimensions: dimensionsOf(input.Dimensions) };
  const units = Unit === undefined ? store.unitsOf(metric) : [Unit];
  return units.flatMap((unit) => store.read(metric, from, to, Period * 1000, unit));
}

function describeWindow(
  { start, unit, statistics }: Window,
  names: readonly Statistic[],
  extendedNames: readonly string[],
): Datapoint {
  const values = Object.fromEntries(names.map((name) => [name, readStatistic(name)(statistics)]));
  const extended = extendedNames.flatMap((name) => {
    const value = readStatistic(name)(statistics);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    Timestamp: new Date(start),
    Unit: unit as StandardUnit,
    ...values,
    ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
  };
}

/** Returns whether a request of ListMetrics asks for a metric. */
function isWanted({ namespace, name, dimensions }: MetricId, input: ListMetricsInput): boolean {
  const { Namespace, MetricName, Dimensions = [] } = input;
  return (
    (Namespace === undefined || namespace === Namespace) &&
    (MetricName === undefined || name === MetricName) &&
    Dimensions.every(({ Name = "", Value }) => {
      const value = ownValue(dimensions, Name);
      return value !== undefined && (Value === undefined || value === Value);
    })
  );
}

function checkData(namespace: string, count: number): void {
  if (count > maxMetrics) {
    const message = `The collection MetricData must not have a size greater than ${maxMetrics}.`;
    throw new Fault("InvalidParameterValueException", message);
  }
  if (namespace.startsWith("AWS/")) {
    throw new Fault("InvalidParameterValueException", "The value AWS/ for parameter Namespace is invalid.");
  }
}
