import { CloudWatchClient, type Dimension, paginateListMetrics } from "@aws-sdk/client-cloudwatch";
import { ListMetricAttributionsCommand, PersonalizeClient } from "@aws-sdk/client-personalize";
import { parts } from "../../contract/layout";
import type { DeployedStack } from "./find-stack";
import { type MetricQuery, readMetrics, sumOf } from "./metrics";
import { nameOf } from "./names";

/** How many events of a type followed the recommendations of a campaign. */
export interface AttributedEvents {
  readonly eventType: string;
  /** A model of the stack, or the source as the service names it. */
  readonly source: string;
  readonly events: number;
}

/**
 * Reads the events that the stack's metric attribution counted; undefined without an attribution. The guide shows the names
 * of the dimensions only in pictures, so they are taken from the metrics: the one that is not the dataset group is the source.
 */
export async function readAttribution(
  stack: DeployedStack,
  hours: number,
): Promise<readonly AttributedEvents[] | undefined> {
  const { datasetGroupArn, client } = stack;
  const personalize = new PersonalizeClient(client);
  const { metricAttributions = [] } = await personalize.send(new ListMetricAttributionsCommand({ datasetGroupArn }));
  if (metricAttributions.length === 0) return undefined;
  const found = (await Promise.all(stack.eventTypes.map((eventType) => listSources(stack, eventType)))).flat();
  if (found.length === 0) return [];
  const queries = Object.fromEntries(found.map(({ query }, index) => [String(index), query]));
  const points = await readMetrics(stack, queries, hours);
  return found.map(({ eventType, source }, index) => ({ eventType, source, events: sumOf(points[index] ?? []) }));
}

async function listSources(stack: DeployedStack, eventType: string) {
  const cloudwatch = new CloudWatchClient(stack.client);
  const MetricName = `${nameOf(stack.stack, parts.events)}-${eventType}`;
  const found: { eventType: string; source: string; query: MetricQuery }[] = [];
  for await (const { Metrics = [] } of paginateListMetrics({ client: cloudwatch }, { MetricName })) {
    for (const { Namespace: namespace = "", Dimensions = [] } of Metrics) {
      const dimensions = Object.fromEntries(Dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));
      const query: MetricQuery = { namespace, name: MetricName, dimensions, statistic: "Sum" };
      found.push({ eventType, source: nameSource(stack, Dimensions), query });
    }
  }
  return found;
}

function nameSource({ models, datasetGroupArn }: DeployedStack, dimensions: readonly Dimension[]): string {
  const values = dimensions.map(({ Value = "" }) => Value).filter((value) => value !== datasetGroupArn);
  const model = models.find(({ campaignArn }) => values.includes(campaignArn));
  return model?.name ?? values.join(" ");
}
