import { createDelivery } from "./ingestion/delivery";
import { type Interaction, readRecord, type StreamRecord } from "./ingestion/event-record";
import { visitorEvent } from "./ingestion/event-schema";
import { createQuarantine, type QuarantinedRecord } from "./ingestion/quarantine";
import { groupByVisitor, runInParallel } from "./ingestion/visitor-groups";
import { readEnvironment } from "./support/environment";
import { describeError, emitMetrics, log } from "./support/telemetry";

/** Parallel calls: enough to hide the service's latency, few enough to stay below its 1,000 requests a second. */
const parallelCalls = 8;

/**
 * Sends stream records to Personalize as events. A bad record goes to the quarantine and never blocks the shard. A record
 * that may succeed later is reported as failed, so that the mapping delivers the batch again from there.
 */
export function ingestEventsFactory() {
  const settings = readEnvironment("ingest-events", [
    "TRACKING_ID",
    "TRACKER_ARN",
    "EVENT_TYPES",
    "QUARANTINE_BUCKET",
    "STACK",
  ]);
  const schema = visitorEvent(JSON.parse(settings.EVENT_TYPES) as string[]);
  const { deliver, requireTracker } = createDelivery(settings);
  const quarantine = createQuarantine(settings.QUARANTINE_BUCKET);

  return async (batch: { Records: StreamRecord[] }): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> => {
    const interactions: Interaction[] = [];
    const bad: QuarantinedRecord[] = [];
    const failed = new Set<StreamRecord>();
    for (const record of batch.Records) {
      const read = readRecord(record, schema);
      if ("reason" in read) bad.push({ record, reason: read.reason });
      else interactions.push(read.interaction);
    }

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
