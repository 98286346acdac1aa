import { z } from "zod";
import { ownValue } from "../../../aws/record";
import { LogLine } from "../filter-pattern/log-line";

/** Values of a metric that a log event gives. */
interface LogMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly unit: string;
}

/**
 * The part of the embedded metric format that becomes metric data, and its limits (CloudWatch user
 * guide, "EMF specification").
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

type Document = Readonly<Record<string, unknown>>;

/**
 * Reads the metrics inside a log event. The JSON may follow a prefix, as Lambda's text format
 * writes one. A document that breaks the format is an ordinary log event, as on AWS.
 */
export function embeddedMetrics(message: string): LogMetric[] {
  if (!message.includes('"CloudWatchMetrics"')) return [];
  const { document } = new LogLine(message);
  const parsed = embedded.safeParse(document);
  if (!parsed.success) return [];
  const found = parsed.data._aws.CloudWatchMetrics.flatMap((one) => readDirective(one, document as Document));
  const isWrong = ({ values, dimensions }: LogMetric) =>
    values.length > mostValues || Object.values(dimensions).some((text) => text.length > longestValue);
  return found.some(isWrong) ? [] : found;
}

function readDirective(
  { Namespace: namespace, Dimensions, Metrics }: z.infer<typeof directive>,
  document: Document,
): LogMetric[] {
  const metrics = Metrics.map(({ Name: name, Unit: unit = "None" }) => {
    const values = [ownValue(document, name)].flat().filter((value) => typeof value === "number");
    return { namespace, name, values, unit };
  }).filter(({ values }) => values.length > 0);
  const sets = Dimensions.length > 0 ? Dimensions : [[]];
  return sets.flatMap((names) => {
    const dimensions = pickTexts(document, names);
    return metrics.map((metric) => ({ ...metric, dimensions }));
  });
}

/** The values of dimensions, which are texts. */
function pickTexts(document: Document, names: readonly string[]): Record<string, string> {
  const values = names.map((name) => [name, ownValue(document, name)] as const);
  const simple = values.filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return Object.fromEntries(simple.map(([name, value]) => [name, String(value)]));
}
