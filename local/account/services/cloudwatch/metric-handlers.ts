import type { Datapoint, StandardUnit } from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import type { Handlers, Host, Store } from "../../endpoint/service";
import { readDatum } from "./metric-data";
import { pageOfResults } from "./metric-page";
import { answerQueries, checkPeriod, checkQueries, periodOf } from "./metric-query";
import { dimensionsOf, type MetricStore, minute } from "./metric-store";
import { statistic } from "./statistic";

const maxDatapoints = 1_440;
/** Of one PutMetricData (API reference). */
const maxMetrics = 1_000;

/** CloudWatch rounds the start down to the minute (API reference, GetMetricStatistics). */
function rangeOf(start: Date | undefined, end: Date | undefined) {
  const range = {
    from: Math.floor((start?.getTime() ?? 0) / minute) * minute,
    to: end?.getTime() ?? 0,
  };
  if (range.to > range.from) return range;
  const message = "The parameter StartTime must be less than the parameter EndTime.";
  throw new Fault("InvalidParameterValueException", message);
}

export function metricHandlers(host: Host, metrics: Store<MetricStore>) {
  return {
    PutMetricData(input, call) {
      if (input.EntityMetricData) throw notImplemented("cloudwatch:PutMetricData with EntityMetricData");
      const namespace = input.Namespace ?? "";
      if ((input.MetricData ?? []).length > maxMetrics) {
        const message = `The collection MetricData must not have a size greater than ${maxMetrics}.`;
        throw new Fault("InvalidParameterValueException", message);
      }
      if (namespace.startsWith("AWS/")) {
        throw new Fault("InvalidParameterValueException", "The value AWS/ for parameter Namespace is invalid.");
      }
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
      const { Period = 0, Statistics = [], ExtendedStatistics = [], Unit } = input;
      if (Statistics.length + ExtendedStatistics.length === 0) {
        throw new Fault(
          "InvalidParameterCombinationException",
          "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
        );
      }
      checkPeriod(Period, "Period");
      const { from, to } = rangeOf(input.StartTime, input.EndTime);
      const asked = Math.ceil((to - from) / (Period * 1000));
      if (asked > maxDatapoints) {
        throw new Fault(
          "InvalidParameterCombinationException",
          `You have requested up to ${asked} datapoints, which exceeds the limit of ${maxDatapoints}. ` +
            "You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
        );
      }
      const metric = {
        namespace: input.Namespace ?? "",
        name: input.MetricName ?? "",
        dimensions: dimensionsOf(input.Dimensions),
      };
      // "If you omit Unit … all data that was collected with any unit is returned, along with the corresponding units"
      // (API reference): one datapoint for each.
      const store = metrics.of(call);
      const windows = (Unit === undefined ? store.unitsOf(metric) : [Unit]).flatMap((unit) =>
        store.read(metric, from, to, Period * 1000, unit),
      );
      return {
        Label: metric.name,
        Datapoints: windows.map((window): Datapoint => {
          const values = Object.fromEntries(Statistics.map((name) => [name, statistic(name)(window.statistics)]));
          const extended = ExtendedStatistics.flatMap((name) => {
            const value = statistic(name)(window.statistics);
            return value === undefined ? [] : [[name, value] as const];
          });
          return {
            Timestamp: new Date(window.start),
            Unit: window.unit as StandardUnit,
            ...values,
            ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
          };
        }),
      };
    },

    async GetMetricData(input, call) {
      const queries = input.MetricDataQueries ?? [];
      checkQueries(queries);
      const range = rangeOf(input.StartTime, input.EndTime);
      const period = periodOf(queries);
      // Periods lie on whole multiples of themselves, as the API reference advises to ask for them.
      const aligned = { from: Math.floor(range.from / period) * period, to: range.to };
      const answered = await answerQueries(metrics.of(call), queries, aligned);
      const descending = input.ScanBy !== "TimestampAscending";
      const all = queries
        .filter(({ ReturnData }) => ReturnData !== false)
        .map(({ Id = "", Label, MetricStat }) => ({
          Id,
          Label: Label ?? MetricStat?.Metric?.MetricName ?? Id,
          points: [...(answered.get(Id) ?? [])].sort(([a], [b]) => (descending ? b - a : a - b)),
        }));
      return { ...pageOfResults(all, input.MaxDatapoints, input.NextToken), Messages: [] };
    },

    ListMetrics(input, call) {
      if (input.IncludeLinkedAccounts || input.OwningAccount !== undefined) {
        throw notImplemented("cloudwatch:ListMetrics across accounts");
      }
      if (input.RecentlyActive !== undefined) throw notImplemented("cloudwatch:ListMetrics with RecentlyActive");
      const found = metrics
        .of(call)
        .list(host.clock.now())
        .filter(({ namespace }) => input.Namespace === undefined || namespace === input.Namespace)
        .filter(({ name }) => input.MetricName === undefined || name === input.MetricName)
        .filter(({ dimensions }) =>
          (input.Dimensions ?? []).every(({ Name = "", Value }) =>
            Value === undefined ? Name in dimensions : dimensions[Name] === Value,
          ),
        );
      const start = Number(input.NextToken ?? 0);
      const page = found.slice(start, start + 500);
      const end = start + page.length;
      return {
        Metrics: page.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        ...(end < found.length && { NextToken: String(end) }),
      };
    },
  } satisfies Handlers<Clients["cloudwatch"]>;
}
