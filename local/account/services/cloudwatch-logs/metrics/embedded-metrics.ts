import { z } from "zod";
import { ownValue } from "../../../aws/record";
import type { LogLine } from "../filter-pattern/log-line";
import type { LogMetric } from "./log-metric";

/**
 * The part of the embedded metric format that becomes metric data, and its limits (CloudWatch user guide, "EMF
 * specification").
 */
const directive = z.object({
  Namespace: z.string().min(1).max(1024),
  Dimensions: z.array(z.array(z.string().max(250)).max(30)),
  Metrics: z.array(z.object({ Name: z.string().min(1).max(1024), Unit: z.string().optional() })).max(100),
});
const mostValues = 100;
/** The longest value of a dimension (API reference of CloudWatch, Dimension). */
const longestValue = 1024;
const embedded = z.object({
  _aws: z.object({ Timestamp: z.number().optional(), CloudWatchMetrics: z.array(directive) }),
});

type Directive = z.infer<typeof directive>;
type Document = Readonly<Record<string, unknown>>;

/**
 * The specification limits metrics, dimensions and values, but neither directives nor sets of dimensions, and the values
 * are their product. An event whose product costs more than this for each of its characters is an ordinary one.
 */
const mostCost = 4;
/** A value costs 1, a metric with one set of dimensions as much as some values, and each text of the set a little. */
const costOfMetric = 8;
const costOfCharacter = 1 / 8;

/**
 * The metrics inside a log event. The JSON may follow a prefix, as Lambda's text format writes one. A document that
 * breaks the format is an ordinary log event, as on AWS.
 */
export function* embeddedMetrics(line: LogLine): Generator<LogMetric> {
  if (!line.message.includes('"CloudWatchMetrics"')) return;
  const { document } = line;
  const parsed = embedded.safeParse(document);
  if (!parsed.success) return;
  const directives = parsed.data._aws.CloudWatchMetrics.map((one) => readDirective(one, document as Document));
  if (!directives.every((one) => one !== undefined)) return;
  const cost = directives.reduce((sum, one) => sum + one.cost, 0);
  if (cost > mostCost * line.message.length) return;
  for (const { namespace, sets, metrics } of directives) {
    for (const names of sets) {
      const dimensions = pick(document as Document, names);
      for (const metric of metrics) yield { namespace, dimensions, ...metric };
    }
  }
}

/** Reads a directive; undefined if it breaks the format. */
function readDirective({ Namespace: namespace, Dimensions, Metrics }: Directive, document: Document) {
  const sets = Dimensions.length > 0 ? Dimensions : [[]];
  const metrics: Pick<LogMetric, "name" | "values" | "unit">[] = [];
  for (const { Name: name, Unit: unit = "None" } of Metrics) {
    const given = ownValue(document, name);
    const values = (Array.isArray(given) ? given : [given]).filter((value) => typeof value === "number");
    if (values.length > mostValues) return undefined;
    if (values.length > 0) metrics.push({ name, values, unit });
  }
  const used = sets.flat();
  if (used.some((name) => (textOf(document, name) ?? "").length > longestValue)) return undefined;
  const texts = used.reduce((sum, name) => sum + name.length + (textOf(document, name) ?? "").length, 0);
  const names = metrics.reduce((sum, { name }) => sum + name.length, 0);
  const characters = metrics.length * texts + sets.length * (metrics.length * namespace.length + names);
  const values = metrics.reduce((sum, metric) => sum + metric.values.length + costOfMetric, 0);
  return { namespace, metrics, sets, cost: sets.length * values + characters * costOfCharacter };
}

/** The value of a dimension, which is a text. */
function textOf(document: Document, name: string): string | undefined {
  const value = ownValue(document, name);
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
}

const pick = (document: Document, names: readonly string[]) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = textOf(document, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
