import type { MetricTransformation } from "@aws-sdk/client-cloudwatch-logs";
import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import { parseJsonText } from "../../endpoint/json-text";
import { page } from "../../endpoint/page";
import type { Caller, Handlers, Host } from "../../endpoint/service";
import { parseFilterPattern } from "./filter-pattern";
import type { LogEvent, LogGroup } from "./log-group";

/** Of one group (quotas of CloudWatch Logs). */
const mostFilters = 100;
const invalid = (message: string) => new Fault("InvalidParameterException", message);

/** Filters that turn log events into metrics as they arrive. */
export function metricFilterHandlers(
  host: Host,
  find: (caller: Caller, input: { logGroupName?: string | undefined }) => LogGroup,
  groupsOf: (caller: Caller) => Iterable<LogGroup>,
) {
  return {
    PutMetricFilter(input, call) {
      for (const member of ["applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions"] as const) {
        if (input[member]) throw notImplemented(`logs:PutMetricFilter with ${member}`);
      }
      const group = find(call, input);
      const [transformation] = input.metricTransformations ?? [];
      if (!transformation) throw invalid("A metric filter has one metric transformation.");
      checkTransformation(transformation);
      const { filterName: name = "", filterPattern: pattern = "" } = input;
      const filter = {
        name,
        pattern,
        matches: parseFilterPattern(pattern),
        transformation,
        created: group.metricFilters.get(name)?.created ?? Math.floor(host.clock.now()),
      };
      if (!group.metricFilters.has(name) && group.metricFilters.size >= mostFilters) {
        throw new Fault("LimitExceededException", "Resource limit exceeded.");
      }
      group.metricFilters.set(name, filter);
      return {};
    },

    DeleteMetricFilter(input, call) {
      if (!find(call, input).metricFilters.delete(input.filterName ?? "")) {
        throw new Fault("ResourceNotFoundException", "The specified metric filter does not exist.");
      }
      return {};
    },

    DescribeMetricFilters(input, call) {
      const { logGroupName, filterNamePrefix = "", metricName, metricNamespace } = input;
      if ((metricName === undefined) !== (metricNamespace === undefined)) {
        throw invalid("metricName and metricNamespace must be given together.");
      }
      const groups = logGroupName === undefined ? groupsOf(call) : [find(call, input)];
      const matching = [...groups].flatMap((group) =>
        [...group.metricFilters.values()]
          .filter(({ name }) => name.startsWith(filterNamePrefix))
          .filter(
            ({ transformation }) =>
              metricName === undefined ||
              (transformation.metricName === metricName && transformation.metricNamespace === metricNamespace),
          )
          .map((filter) => ({ group: group.name, filter })),
      );
      // Sorted by the filter's name (API reference, DescribeMetricFilters).
      const { items, next } = page(matching, ({ group, filter }) => `${filter.name}\n${group}`, {
        token: input.nextToken,
        limit: input.limit ?? 50,
      });
      return {
        metricFilters: items.map(({ group, filter }) => ({
          filterName: filter.name,
          filterPattern: filter.pattern,
          logGroupName: group,
          metricTransformations: [filter.transformation],
          creationTime: filter.created,
          applyOnTransformedLogs: false,
        })),
        nextToken: next,
      };
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}

function checkTransformation({
  metricValue = "",
  metricNamespace = "",
  dimensions,
  defaultValue,
}: MetricTransformation) {
  if (metricNamespace.startsWith("AWS/")) throw invalid("The metric namespace must not begin with AWS/.");
  if (!selector.test(metricValue) && !isNumber(metricValue)) {
    throw invalid(`Invalid metric transformation: the value ${metricValue} is neither a number nor a selector.`);
  }
  const given = Object.values(dimensions ?? {});
  if (given.length > 3) throw invalid("A metric filter has three dimensions at most.");
  if (given.length > 0 && defaultValue !== undefined) {
    throw invalid("Invalid metric transformation: dimensions and default value are mutually exclusive properties.");
  }
  const wrong = given.find((value) => !selector.test(value));
  if (wrong !== undefined) throw invalid(`Invalid metric transformation: the dimension ${wrong} is no selector.`);
}

const selector = /^\$(\.[A-Za-z0-9_-]+|\[\d+\]|\.?\["[^"]+"\])+$/;
const isNumber = (text: string) => text.trim() !== "" && Number.isFinite(Number(text));

/** A value that a filter makes of an event. */
export interface FilteredMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
}

/** The metrics of newly arrived events: a match's value, or the default where there is one (API reference). */
export function filteredMetrics({ metricFilters }: LogGroup, events: readonly LogEvent[]): FilteredMetric[] {
  return [...metricFilters.values()].flatMap(({ matches, transformation }) =>
    events.flatMap(({ message }) => {
      const value = matches(message) ? readValue(transformation, message) : transformation.defaultValue;
      if (value === undefined) return [];
      return {
        namespace: transformation.metricNamespace ?? "",
        name: transformation.metricName ?? "",
        dimensions: dimensionsOf(transformation, message),
        value,
        unit: transformation.unit ?? "None",
      };
    }),
  );
}

function readValue({ metricValue = "" }: MetricTransformation, message: string): number | undefined {
  const text = selector.test(metricValue) ? select(message, metricValue) : metricValue;
  const value = Number(text);
  return text === undefined || text === "" || !Number.isFinite(value) ? undefined : value;
}

const dimensionsOf = ({ dimensions = {} }: MetricTransformation, message: string) =>
  Object.fromEntries(
    Object.entries(dimensions)
      .map(([name, path]) => [name, select(message, path)] as const)
      .filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );

/** What a selector such as `$.request.items[0]` finds in a message of JSON, as text. */
function select(message: string, path: string): string | undefined {
  let value: unknown;
  try {
    value = parseJsonText(message);
  } catch {
    return undefined;
  }
  for (const [, name, index, quoted] of path.matchAll(/\.([A-Za-z0-9_-]+)|\[(\d+)\]|\["([^"]+)"\]/g)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[name ?? index ?? quoted ?? ""];
  }
  return typeof value === "object" || value === undefined ? undefined : String(value);
}
