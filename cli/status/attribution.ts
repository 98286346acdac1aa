import type { Dimension } from "@aws-sdk/client-cloudwatch";
import { parts } from "../../names/layout";
import { physicalName } from "../../names/physical-names";
import { listAll } from "../stack/aws";
import { readMetrics, sum, sumOf } from "../stack/metrics";
import type { StackReader } from "../stack/stack";

export type AttributedEvents = NonNullable<Awaited<ReturnType<typeof readAttribution>>>;

/**
 * Reads how many events of each type followed the recommendations of each campaign, as the stack's
 * metric attribution counted them; undefined without an attribution. The guide shows the names of
 * the dimensions only in pictures, so they are taken from the metrics: the one that is not the
 * dataset group is the source.
 */
export async function readAttribution(stack: StackReader, hours: number) {
  const { datasetGroupArn, call } = stack;
  const { metricAttributions = [] } = await call("personalize", "ListMetricAttributions", { datasetGroupArn });
  if (metricAttributions.length === 0) return undefined;
  const found = (await Promise.all(stack.eventTypes.map((eventType) => listSources(stack, eventType)))).flat();
  if (found.length === 0) return [];
  const queries = Object.fromEntries(found.map(({ query }, index) => [String(index), query]));
  const points = await readMetrics(stack, queries, hours);
  return found.map(({ eventType, source }, index: number) => ({
    eventType,
    source,
    events: sumOf(points[index] ?? []),
  }));
}

export async function listSources(stack: StackReader, eventType: string) {
  const MetricName = `${physicalName(stack, parts.events)}-${eventType}`;
  const metrics = await listAll(stack, "cloudwatch", "ListMetrics", { MetricName }, "Metrics");
  return metrics.map(({ Namespace: namespace = "", Dimensions = [] }) => {
    const dimensions = Object.fromEntries(Dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));
    return { eventType, source: nameSource(stack, Dimensions), query: sum(namespace, MetricName, dimensions) };
  });
}

/** A model of the stack, or the source as the service names it. */
function nameSource({ models, datasetGroupArn }: StackReader, dimensions: readonly Dimension[]): string {
  const values = dimensions.map(({ Value = "" }) => Value).filter((value) => value !== datasetGroupArn);
  const model = models.find(({ campaignArn }) => values.includes(campaignArn));
  return model?.name ?? values.join(" ");
}
