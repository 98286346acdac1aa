import { type BatchResponse, createBatchEnd } from "./ingestion/batch-end";
import { createItemDelivery } from "./ingestion/items/item-delivery";
import { type ItemUpdate, readItemUpdate } from "./ingestion/items/item-record";
import { itemUpdate } from "./ingestion/items/item-update-schema";
import { createPace, machineTime } from "./ingestion/items/pace";
import { createQuarantine } from "./ingestion/quarantine";
import { decodeEvent, isItemUpdate, type StreamRecord } from "./ingestion/stream-record";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";

const variables = [
  "REQUESTS_PER_SECOND",
  "QUARANTINE_BUCKET",
  "ITEMS_DATASET_ARN",
  "DATA_BUCKET",
  "CATALOGUE",
  "ITEMS_SCHEMA",
  "CHANGED_ITEMS",
  "FALLBACK_KEY",
  "STACK",
] as const;
export type Environment = EnvironmentOf<typeof variables>;

/**
 * Sends the updates of items on the stream to Personalize, no faster than it takes them. A record
 * that is no update, or that breaks the rules of the contract, is the consumer's of events
 * (`ingest-events`): it quarantines and counts it. An update that the items' schema or Personalize
 * refuses is quarantined here.
 */
export function updateItemsFactory(time = machineTime) {
  const settings = readEnvironment("update-items", variables);
  const schema = itemUpdate();
  const pace = createPace(Number(settings.REQUESTS_PER_SECOND), time);
  const deliverUpdates = createItemDelivery(settings, pace, time);
  const endBatch = createBatchEnd(settings.STACK, createQuarantine(settings.QUARANTINE_BUCKET));

  return answerInTime(async (batch: { Records: StreamRecord[] }): Promise<BatchResponse> => {
    const updates = readUpdates(batch.Records, schema);
    if (updates.length === 0) return { batchItemFailures: [] };
    const outcome = await deliverUpdates(updates);
    const response = await endBatch(
      updates.map(({ record }) => record),
      outcome,
    );
    await pace.rest();
    return response;
  });
}

function readUpdates(records: readonly StreamRecord[], schema: ReturnType<typeof itemUpdate>): ItemUpdate[] {
  return records.flatMap((record) => {
    const content = decodeEvent(record.kinesis.data);
    if ("reason" in content || !isItemUpdate(content.value)) return [];
    const read = readItemUpdate(record, content.value, schema);
    return "update" in read ? read.update : [];
  });
}
