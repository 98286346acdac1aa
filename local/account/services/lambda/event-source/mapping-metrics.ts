import { emitMetric } from "../../../host/metric";
import type { Host } from "../../../host/service";
import type { StreamMapping } from "../state/stream-mapping";

/** Counts records of a mapping, if the mapping has the metrics of events. */
export function countEvents(host: Host, { account, region, id, settings }: StreamMapping, name: string, value: number) {
  if (!settings.eventCountMetrics) return;
  const dimensions = { EventSourceMappingUUID: id };
  emitMetric(host, { account, region, namespace: "AWS/Lambda", dimensions }, name, value);
}

/** Measures the age of the last record of a batch. */
export function measureAge(host: Host, { account, region }: StreamMapping, FunctionName: string, arrival: number) {
  const age = Math.max(0, host.clock.now() - arrival);
  const source = { account, region, namespace: "AWS/Lambda", dimensions: { FunctionName } };
  emitMetric(host, source, "IteratorAge", age, "Milliseconds");
}
