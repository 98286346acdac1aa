import type { MetricAttribute } from "@aws-sdk/client-personalize";
import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import { invalidInput } from "../faults";
import { measureMetric } from "../metrics";
import { asRole } from "../s3/data-role";
import { type Attribution, interactionsDataset, type PersonalizeState, recordsDataset, schemaOf } from "../state/state";
import type { StreamedEvent } from "../state/streamed-events";

/**
 * Events without a source are reported under this one (guide, "Event metrics and attribution
 * reports").
 */
const noSource = "SOURCE_NAME_UNDEFINED";
/**
 * Older events are not reported to CloudWatch (guide, "Guidelines and requirements for a metric
 * attribution").
 */
const maxAgeSeconds = 14 * 86_400;

type Expression =
  | { readonly kind: "count" }
  | { readonly kind: "sum"; readonly dataset: "Items" | "Interactions"; readonly column: string };

/**
 * `SAMPLECOUNT()`, `SUM(Items.COLUMN)` or `SUM(Interactions.COLUMN)`. Throws InvalidInputException.
 */
export function readExpression({ metricName, expression = "" }: MetricAttribute): Expression {
  if (/^\s*SAMPLECOUNT\(\s*\)\s*$/i.test(expression)) return { kind: "count" };
  const [, dataset, column] =
    /^\s*SUM\(\s*(Items|Interactions)\.([A-Za-z_][A-Za-z\d_]*)\s*\)\s*$/i.exec(expression) ?? [];
  if (dataset === undefined || column === undefined) {
    throw invalidInput(
      `The expression ${expression} of metric ${metricName} must be SAMPLECOUNT(), SUM(Items.COLUMN) or SUM(Interactions.COLUMN).`,
    );
  }
  return { kind: "sum", dataset: dataset.toLowerCase() === "items" ? "Items" : "Interactions", column };
}

/** Refuses metrics that the group's datasets cannot give: only numeric columns can be summed. */
export function refuseWrongMetrics(
  state: PersonalizeState,
  groupArn: string,
  metrics: readonly MetricAttribute[],
): void {
  const interactions = interactionsDataset(state, groupArn);
  const items = recordsDataset(state, groupArn, "ITEMS");
  if (!interactions || !schemaOf(state, interactions).content.fields.some(({ name }) => name === "EVENT_TYPE")) {
    throw invalidInput("A metric attribution needs an Interactions dataset whose schema has EVENT_TYPE.");
  }
  for (const metric of metrics) {
    const expression = readExpression(metric);
    if (expression.kind === "count") continue;
    const dataset = expression.dataset === "Items" ? items : interactions;
    const field = dataset && schemaOf(state, dataset).content.fields.find(({ name }) => name === expression.column);
    if (!field || field.type === "string" || field.type === "boolean") {
      throw invalidInput(
        `${metric.expression}: ${expression.column} must be a numeric column of ${expression.dataset}.`,
      );
    }
  }
}

/** An event with the source in which its item was seen. */
export interface AttributedEvent extends StreamedEvent {
  readonly eventType: string;
  readonly timestamp: number;
  readonly itemId: string;
  readonly source: string | undefined;
}

/**
 * Reports streamed events to CloudWatch by the group's attribution, with the rights of its role.
 * The dimensions are inferred: the guide shows their names only in pictures.
 */
export function reportEvents(
  host: Host,
  caller: Caller,
  state: PersonalizeState,
  groupArn: string,
  events: readonly AttributedEvent[],
): void {
  const [attribution] = state.attributions.where((found) => found.groupArn === groupArn && found.status === "ACTIVE");
  if (!attribution) return;
  const recent = events.filter(({ timestamp }) => host.clock.now() / 1000 - timestamp < maxAgeSeconds);
  const measured = recent.flatMap((event) => measure(state, attribution, event));
  if (measured.length === 0) return;
  if (!mayReport(host, caller, attribution)) return;
  for (const { name, source, value } of measured) {
    measureMetric(host, caller, name, { DatasetGroupArn: groupArn, EventAttributionSource: source }, value, "None");
  }
}

/**
 * Without this permission the metrics do not arrive but the events do: no call of the producer
 * fails because of it.
 */
function mayReport(host: Host, caller: Caller, { arn, output }: Attribution): boolean {
  try {
    const role = asRole(host, caller, output.roleArn ?? "", arn);
    host.authorise(role, { action: "cloudwatch:PutMetricData", resource: "*" });
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === "AccessDenied") return false;
    throw error;
  }
}

function measure(state: PersonalizeState, { groupArn, metrics }: Attribution, event: AttributedEvent) {
  return metrics
    .filter(({ eventType }) => eventType?.toLowerCase() === event.eventType.toLowerCase())
    .map((metric) => ({
      name: metric.metricName ?? "",
      source: event.source ?? noSource,
      value: amountOf(state, groupArn, readExpression(metric), event),
    }));
}

/** A missing value adds nothing. */
function amountOf(state: PersonalizeState, groupArn: string, expression: Expression, event: AttributedEvent): number {
  if (expression.kind === "count") return 1;
  if (expression.dataset === "Items") {
    return Number(recordsDataset(state, groupArn, "ITEMS")?.data.get(event.itemId, expression.column) ?? 0);
  }
  const table = interactionsDataset(state, groupArn)?.data.streamed.table;
  const at = table?.fields.findIndex(({ name }) => name === expression.column) ?? -1;
  return Number(event.cells[at] ?? 0);
}
