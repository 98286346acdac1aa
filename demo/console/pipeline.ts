import { metricNamespace } from "../../contract/layout";
import type { RequestEntry, RequestLog } from "../../local/account/host/request-log";
import type { Objects, Pipeline, Stack } from "../../local/console/messages";
import type { Calls } from "../../local/console/server/caller";
import { listNewest } from "../../local/console/server/reads/objects";
import { consumerOf, groupOf } from "./visitors";

const day = 86_400;
const shownObjects = 25;

interface Mapping {
  readonly UUID?: string | undefined;
  readonly FunctionName: string;
}

/** The dimensions of the metrics of the stack's event tracker. */
async function trackerOf(stack: Stack, view: Calls): Promise<Record<string, string>> {
  const datasetGroupArn = await groupOf(stack, view);
  const { eventTrackers = [] } = await view("personalize", "ListEventTrackers", { datasetGroupArn });
  const { datasets = [] } = await view("personalize", "ListDatasets", { datasetGroupArn });
  return {
    DatasetGroupArn: datasetGroupArn,
    DatasetArn: datasets.find(({ datasetType }) => datasetType === "INTERACTIONS")?.datasetArn ?? "",
    EventTrackerArn: eventTrackers[0]?.eventTrackerArn ?? "",
  };
}

/** What is summed up of a stack, by the name that the page has for it. */
function metricsOf(stack: Stack, mapping: Mapping | undefined, tracker: Readonly<Record<string, string>>) {
  const ofStack = { Stack: stack.name };
  const ofFunction = { FunctionName: mapping?.FunctionName ?? "" };
  const ofMapping = { EventSourceMappingUUID: mapping?.UUID ?? "" };
  return {
    records: ["AWS/Kinesis", "IncomingRecords", { StreamName: stack.streamName }],
    batches: ["AWS/Lambda", "Invocations", ofFunction],
    batchErrors: ["AWS/Lambda", "Errors", ofFunction],
    polled: ["AWS/Lambda", "PolledEventCount", ofMapping],
    invoked: ["AWS/Lambda", "InvokedEventCount", ofMapping],
    failedInvoke: ["AWS/Lambda", "FailedInvokeEventCount", ofMapping],
    givenUp: ["AWS/Lambda", "OnFailureDestinationDeliveredEventCount", ofMapping],
    dropped: ["AWS/Lambda", "DroppedEventCount", ofMapping],
    putEvents: ["AWS/Personalize", "PutEventsRequests", tracker],
    putEventsErrors: ["AWS/Personalize", "PutEvents5xxErrors", tracker],
    putEventsRefused: ["AWS/Personalize", "PutEvents4xxErrors", tracker],
    delivered: [metricNamespace, "DeliveredEvents", ofStack],
    quarantined: [metricNamespace, "QuarantinedRecords", ofStack],
    fallbacks: [metricNamespace, "FallbackAnswers", ofStack],
  } as const;
}

/** The way of the events, with what passed in the last 24 hours of the account's clock. */
export async function readPipeline(
  stack: Stack,
  view: Calls,
  now: number,
  shardCounts: ReadonlyMap<string, number>,
  log: Pick<RequestLog, "entries">,
): Promise<Pipeline> {
  const mapping = await consumerOf(stack, view);
  const metrics = Object.entries(metricsOf(stack, mapping, await trackerOf(stack, view)));
  const { MetricDataResults = [] } = await view("cloudwatch", "GetMetricData", {
    StartTime: new Date(now - day * 1000),
    EndTime: new Date(now + 60_000),
    MetricDataQueries: metrics.map(([, [Namespace, MetricName, dimensions]], index) => ({
      Id: `m${index}`,
      MetricStat: {
        Metric: {
          Namespace,
          MetricName,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: 300,
        Stat: "Sum",
      },
    })),
  });
  const sumOf = (index: number) =>
    MetricDataResults.find(({ Id }) => Id === `m${index}`)?.Values?.reduce((sum, value) => sum + value, 0) ?? 0;
  const { Shards = [] } = await view("kinesis", "ListShards", { StreamName: stack.streamName });
  const quarantineBucket = mapping?.DestinationConfig?.OnFailure?.Destination?.split(":::")[1];
  return {
    injected: countInjected(stack, log.entries(), now),
    shards: Shards.map(({ ShardId = "" }) => ({
      id: ShardId,
      records: shardCounts.get(`${stack.streamName}/${ShardId}`) ?? 0,
    })),
    counts: Object.fromEntries(metrics.map(([name], index) => [name, sumOf(index)])),
    consumer: mapping && {
      name: mapping.FunctionName,
      state: mapping.State ?? "",
      batchSize: mapping.BatchSize ?? 0,
    },
    quarantine: quarantineBucket === undefined ? undefined : await newestOf(view, quarantineBucket, ""),
    archive: await newestOf(view, stack.archiveBucket, ""),
  };
}

/** Services on the way of an event. */
const onTheWay: readonly string[] = [
  "kinesis",
  "lambda",
  "personalize-events",
  "personalize-runtime",
  "s3",
  "firehose",
];

/** Calls that injected faults made fail: they did not reach the service, so no metric has them. */
function countInjected(stack: Stack, entries: readonly RequestEntry[], now: number): Pipeline["injected"] {
  const since = new Date(now - day * 1000).toISOString();
  const counts = new Map<string, Pipeline["injected"][number]>();
  for (const { time, account, region, service, operation, fault, error } of entries) {
    if (!fault || !onTheWay.includes(service) || time < since) continue;
    if (account !== stack.account || region !== stack.region) continue;
    // What came late, or began a job that fails later, has not failed; an invocation that crashes has no error of its own.
    if (error === undefined && !/^(crash|hang)/.test(fault.effect.kind)) continue;
    const key = `${service} ${operation}`;
    counts.set(key, { service, operation, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

async function newestOf(view: Calls, bucket: string, prefix: string): Promise<Objects> {
  const objects = await listNewest(view, bucket, prefix);
  return {
    bucket,
    count: objects.length,
    newest: objects.slice(0, shownObjects).map(({ Key = "", Size = 0, LastModified }) => ({
      key: Key,
      size: Size,
      modified: LastModified?.toISOString() ?? "",
    })),
  };
}
