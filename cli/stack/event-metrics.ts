import { functionParts, type MetricName, metricNamespace, parts } from "../../names/layout";
import { physicalName } from "../../names/physical-names";
import { maximum, readMetrics, sum } from "./metrics";
import type { StackReader } from "./stack";

export function readEventMetrics(stack: StackReader, hours: number) {
  const ofStack = { Stack: stack.stack };
  const own = (name: MetricName) => sum(metricNamespace, name, ofStack);
  const ofArchive = { DeliveryStreamName: physicalName(stack, parts.archive) };
  const queries = {
    received: sum("AWS/Kinesis", "IncomingRecords", { StreamName: stack.streamName }),
    delivered: own("DeliveredEvents"),
    quarantined: own("QuarantinedRecords"),
    fallbacks: own("FallbackAnswers"),
    archiveDelay: maximum("AWS/Firehose", "DeliveryToS3.DataFreshness", ofArchive),
  };
  return readMetrics(stack, queries, hours);
}

/** The functions that read a stack's stream. */
export const listConsumers = ({ hasUsers }: StackReader) => [
  functionParts.ingestEvents,
  functionParts.updateItems,
  ...(hasUsers ? [functionParts.updateUsers] : []),
];

/**
 * Reads a consumer's event source mapping, which is absent when it was deleted, and its metrics.
 */
export async function readConsumer(stack: StackReader, part: string, hours: number) {
  const FunctionName = physicalName(stack, part);
  const { EventSourceMappings = [] } = await stack.call("lambda", "ListEventSourceMappings", { FunctionName });
  const mapping = EventSourceMappings.at(0);
  const ofFunction = { FunctionName };
  const ofMapping = (name: string) =>
    mapping?.UUID === undefined ? undefined : sum("AWS/Lambda", name, { EventSourceMappingUUID: mapping.UUID });
  const queries = {
    batches: sum("AWS/Lambda", "Invocations", ofFunction),
    delay: maximum("AWS/Lambda", "IteratorAge", ofFunction),
    invoked: ofMapping("InvokedEventCount"),
    failedInvoke: ofMapping("FailedInvokeEventCount"),
    givenUp: ofMapping("OnFailureDestinationDeliveredEventCount"),
    dropped: ofMapping("DroppedEventCount"),
  };
  return { name: FunctionName, mapping, metrics: await readMetrics(stack, queries, hours) };
}
