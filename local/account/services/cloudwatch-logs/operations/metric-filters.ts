import type { MetricTransformation } from "@aws-sdk/client-cloudwatch-logs";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { parseFilterPattern } from "../filter-pattern/filter-pattern";
import { selector } from "../metrics/filtered-metrics";
import type { LogGroups } from "../state/log-groups";
import { refuseManyPatternsWithRegex } from "./regex-quota";

/** The quota of one group (quotas of CloudWatch Logs). */
const mostFilters = 100;
const invalid = (message: string) => new Fault("InvalidParameterException", message);

/** Creates, describes and deletes filters that turn log events into metrics. */
export function metricFilterHandlers(host: Host, groups: LogGroups) {
  return {
    PutMetricFilter(input, call) {
      for (const member of ["applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions"] as const) {
        if (input[member]) throw notImplemented(`logs:PutMetricFilter with ${member}`);
      }
      const group = groups.find(call, input);
      const [transformation] = input.metricTransformations ?? [];
      if (!transformation) throw invalid("A metric filter has one metric transformation.");
      checkTransformation(transformation);
      const { filterName: name = "", filterPattern: pattern = "" } = input;
      refuseManyPatternsWithRegex(group, name, parseFilterPattern(pattern));
      const filter = {
        name,
        pattern,
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
      if (!groups.find(call, input).metricFilters.delete(input.filterName ?? "")) {
        throw new Fault("ResourceNotFoundException", "The specified metric filter does not exist.");
      }
      return {};
    },

    DescribeMetricFilters(input, call) {
      const { logGroupName, filterNamePrefix = "", metricName, metricNamespace } = input;
      if ((metricName === undefined) !== (metricNamespace === undefined)) {
        throw invalid("metricName and metricNamespace must be given together.");
      }
      const searched = logGroupName === undefined ? groups.of(call).values() : [groups.find(call, input)];
      const matching = [...searched].flatMap((group) =>
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
  if (wrong !== undefined) throw invalid(`Invalid metric transformation: the dimension ${wrong} is not a selector.`);
}

const isNumber = (text: string) => text.trim() !== "" && Number.isFinite(Number(text));
