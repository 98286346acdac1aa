import { z } from "zod";
import { parseJsonText } from "../../../endpoint/json-text";

/** The part of the embedded metric format that becomes metric data (CloudWatch user guide, "EMF specification"). */
const embedded = z.object({
  _aws: z.object({
    Timestamp: z.number().optional(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string().min(1), Unit: z.string().optional() })),
      }),
    ),
  }),
});

export interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
}

/**
 * The metrics inside a log event. The JSON may follow a prefix, as Lambda's text format writes one. A document that
 * breaks the format is an ordinary log event, as on AWS.
 */
export function embeddedMetrics(message: string): EmbeddedMetric[] {
  const start = message.indexOf("{");
  if (start === -1 || !message.includes('"CloudWatchMetrics"')) return [];
  let document: Record<string, unknown>;
  try {
    document = parseJsonText(message.slice(start)) as Record<string, unknown>;
  } catch {
    return [];
  }
  const parsed = embedded.safeParse(document);
  if (!parsed.success) return [];
  return parsed.data._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    (Dimensions.length > 0 ? Dimensions : [[]]).flatMap((names) =>
      Metrics.flatMap(({ Name, Unit = "None" }) =>
        [document[Name]]
          .flat()
          .flatMap((value) =>
            typeof value === "number"
              ? { namespace: Namespace, name: Name, dimensions: pick(document, names), value, unit: Unit }
              : [],
          ),
      ),
    ),
  );
}

const pick = (document: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(
    names.filter((name) => document[name] !== undefined).map((name) => [name, String(document[name])]),
  );
