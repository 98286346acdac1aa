import { createDelivery } from "./ingestion/delivery";
import { decodeEvent, type Interaction, readEvent, type StreamRecord } from "./ingestion/event-record";
import { visitorEvent } from "./ingestion/event-schema";
import { createItemDelivery } from "./ingestion/item-delivery";
import { type ItemUpdate, isItemUpdate, readItemUpdate } from "./ingestion/item-record";
import { itemUpdate } from "./ingestion/item-update-schema";
import { createQuarantine, type QuarantinedRecord } from "./ingestion/quarantine";
import { groupByVisitor, runInParallel } from "./ingestion/visitor-groups";
import { readEnvironment } from "./support/environment";
import { describeError, emitMetrics, log } from "./support/telemetry";

/** Parallel calls: enough to hide the service's latency, few enough to stay below its 1,000 requests a second. */
const parallelCalls = 8;

/**
 * Sends stream records to Personalize: visitor events as events, updates of items as items. A bad record goes to the quarantine and never blocks the shard. A record
 * that may succeed later is reported as failed, so that the mapping delivers the batch again from there.
 */
export function ingestEventsFactory() {
  const settings = readEnvironment("ingest-events", [
    "TRACKING_ID",
    "TRACKER_ARN",
    "EVENT_TYPES",
    "QUARANTINE_BUCKET",
    "ITEMS_DATASET_ARN",
    "DATA_BUCKET",
    "CATALOGUE",
    "ITEMS_SCHEMA",
    "CHANGED_ITEMS",
    "FALLBACK_KEY",
    "STACK",
  ]);
  const schemas = { event: visitorEvent(JSON.parse(settings.EVENT_TYPES) as string[]), update: itemUpdate() };
  const { deliver, requireTracker } = createDelivery(settings);
  const deliverUpdates = createItemDelivery(settings);
  const quarantine = createQuarantine(settings.QUARANTINE_BUCKET);

  return async (batch: { Records: StreamRecord[] }): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> => {
    const { interactions, updates, bad } = sortRecords(batch.Records, schemas);
    const failed = new Set<StreamRecord>();

    // At most one check per batch.
    let checked: Promise<void> | undefined;
    const checkTracker = () => {
      checked ??= requireTracker();
      return checked;
    };
    await runInParallel(groupByVisitor(interactions), parallelCalls, async (calls) => {
      for (const [index, call] of calls.entries()) {
        try {
          bad.push(...(await deliver(call, checkTracker)));
        } catch (error) {
          // Throttled, unavailable, denied: the record is not bad. Later events of this visitor wait for it.
          log("error", "events not delivered, will be retried", describeError(error));
          for (const { record } of calls.slice(index).flat()) failed.add(record);
          return;
        }
      }
    });
    // An error here repeats the whole batch, quarantines nothing, and fires the alarm on errors.
    await checked;
    if (updates.length > 0) {
      const outcome = await deliverUpdates(updates);
      bad.push(...outcome.bad);
      for (const record of outcome.failed) failed.add(record);
    }
    await runInParallel(bad, parallelCalls, async (record) => {
      try {
        await quarantine(record);
      } catch (error) {
        log("error", "record not quarantined, will be retried", describeError(error));
        failed.add(record.record);
      }
    });

    const quarantined = bad.filter(({ record }) => !failed.has(record)).length;
    const delivered = batch.Records.length - quarantined - failed.size;
    emitMetrics({ Stack: settings.STACK }, { DeliveredEvents: delivered, QuarantinedRecords: quarantined });
    const lowest = batch.Records.find((record) => failed.has(record));
    return { batchItemFailures: lowest ? [{ itemIdentifier: lowest.kinesis.sequenceNumber }] : [] };
  };
}

interface SortedRecords {
  interactions: Interaction[];
  updates: ItemUpdate[];
  bad: QuarantinedRecord[];
}

/** Reads the records and sorts them by what is done with them. */
function sortRecords(
  records: readonly StreamRecord[],
  schemas: { event: ReturnType<typeof visitorEvent>; update: ReturnType<typeof itemUpdate> },
): SortedRecords {
  const sorted: SortedRecords = { interactions: [], updates: [], bad: [] };
  for (const record of records) {
    const content = decodeEvent(record.kinesis.data);
    const read =
      "reason" in content
        ? content
        : isItemUpdate(content.value)
          ? readItemUpdate(record, content.value, schemas.update)
          : readEvent(record, content.value, schemas.event);
    if ("reason" in read) sorted.bad.push({ record, reason: read.reason });
    else if ("update" in read) sorted.updates.push(read.update);
    else sorted.interactions.push(read.interaction);
  }
  return sorted;
}
