import { readConsumer, readEventMetrics } from "../../cli/stack/event-metrics";
import { type MetricPoint, readMetrics, sum, sumOf } from "../../cli/stack/metrics";
import { listNewest } from "../../cli/stack/objects";
import type { StackReader } from "../../cli/stack/stack";
import type { RequestEntry, RequestLog } from "../../local/account/host/request-log";
import type { CountRecords } from "../../local/console/server/shard-counts";
import { functionParts } from "../../names/layout";
import type { Objects, Pipeline } from "./messages";

const hours = 24;
const shownObjects = 25;

/** The event pipeline, with what passed in the last 24 hours of the account's clock. */
export async function readPipeline(
  stack: StackReader,
  countRecords: CountRecords,
  log: Pick<RequestLog, "entries">,
): Promise<Pipeline> {
  const { call, streamName } = stack;
  const [consumer, { Shards = [] }, quarantine, archive, events, tracker] = await Promise.all([
    readConsumer(stack, functionParts.ingestEvents, hours),
    call("kinesis", "ListShards", { StreamName: streamName }),
    readNewest(stack, stack.quarantineBucket),
    readNewest(stack, stack.archiveBucket),
    readEventMetrics(stack, hours),
    readTrackerMetrics(stack, hours),
  ]);
  const points = Object.entries<readonly MetricPoint[]>({ ...events, ...consumer.metrics, ...tracker });
  return {
    streamName,
    injected: countInjected(stack, log.entries(), stack.now.getTime()),
    shards: Shards.map(({ ShardId = "" }) => ({ id: ShardId, records: countRecords(streamName, ShardId) })),
    counts: Object.fromEntries(points.map(([name, values]) => [name, sumOf(values)])),
    consumer: consumer.mapping && {
      name: consumer.name,
      state: consumer.mapping.State ?? "",
      batchSize: consumer.mapping.BatchSize ?? 0,
    },
    quarantine,
    archive,
  };
}

/** The services that an event passes through. */
const onTheWay: readonly string[] = [
  "kinesis",
  "lambda",
  "personalize-events",
  "personalize-runtime",
  "s3",
  "firehose",
];

/** Calls that injected faults made fail: they did not reach the service, so no metric has them. */
function countInjected(stack: StackReader, entries: readonly RequestEntry[], now: number): Pipeline["injected"] {
  const since = new Date(now - hours * 3_600_000).toISOString();
  const counts = new Map<string, Pipeline["injected"][number]>();
  for (const { time, account, region, service, operation, fault, error } of entries) {
    if (!fault || !onTheWay.includes(service) || time < since) continue;
    if (account !== stack.account || region !== stack.region) continue;
    // A call that was late, or began a job that fails later, has not failed; an invocation that
    // crashes has no separate error.
    if (error === undefined && !/^(crash|hang)/.test(fault.effect.kind)) continue;
    const key = `${service} ${operation}`;
    counts.set(key, { service, operation, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

async function readNewest(stack: StackReader, bucket: string): Promise<Objects> {
  const objects = await listNewest(stack, bucket, "");
  return {
    bucket,
    count: objects.length,
    newest: objects
      .slice(0, shownObjects)
      .map(({ key, size, modified }) => ({ key, size, modified: modified.toISOString() })),
  };
}

async function readTrackerMetrics(stack: StackReader, hours: number) {
  const { call, datasetGroupArn } = stack;
  const [{ eventTrackers: [tracker] = [] }, { datasets = [] }] = await Promise.all([
    call("personalize", "ListEventTrackers", { datasetGroupArn }),
    call("personalize", "ListDatasets", { datasetGroupArn }),
  ]);
  const ofTracker = {
    DatasetGroupArn: datasetGroupArn,
    DatasetArn: datasets.find(({ datasetType }) => datasetType === "INTERACTIONS")?.datasetArn ?? "",
    EventTrackerArn: tracker?.eventTrackerArn ?? "",
  };
  const queries = {
    putEvents: sum("AWS/Personalize", "PutEventsRequests", ofTracker),
    putEventsErrors: sum("AWS/Personalize", "PutEvents5xxErrors", ofTracker),
    putEventsRefused: sum("AWS/Personalize", "PutEvents4xxErrors", ofTracker),
  };
  return readMetrics(stack, queries, hours);
}
