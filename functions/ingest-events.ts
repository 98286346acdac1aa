import { type Interaction, readRecord, type StreamRecord } from "./ingestion/event-record";
import { visitorEvent } from "./ingestion/event-schema";
import { type QuarantinedRecord, toQuarantineObject } from "./ingestion/quarantine";
import { groupByVisitor, runInParallel } from "./ingestion/visitor-groups";
import { readEnvironment } from "./support/environment";
import { lazily } from "./support/lazily";
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
  const events = createEventsClient();
  const quarantineStore = createQuarantineClient();
  const trackers = createTrackersClient();

  const putEvents = async (call: readonly Interaction[]) => {
    const { sdk, client } = await events();
    const { userId, sessionId } = call[0] ?? {};
    const eventList = call.map(({ event }) => event);
    await client.send(new sdk.PutEventsCommand({ trackingId: settings.TRACKING_ID, userId, sessionId, eventList }));
  };

  /**
   * Throws when the tracker is the reason for a refusal. AWS does not document whether PutEvents returns the error of a bad
   * event (InvalidInputException) also for a deleted tracker: then every event of the batch would be quarantined.
   */
  const requireTracker = async (): Promise<void> => {
    const { sdk, client } = await trackers();
    const { eventTracker } = await client.send(
      new sdk.DescribeEventTrackerCommand({ eventTrackerArn: settings.TRACKER_ARN }),
    );
    if (eventTracker?.status !== "ACTIVE")
      throw new Error(`The event tracker is ${eventTracker?.status ?? "not described"}.`);
  };

  /** Sends; after a refusal halves the call until the bad event is alone. Returns the bad records. */
  const deliver = async (call: readonly Interaction[], tracker: () => Promise<void>): Promise<QuarantinedRecord[]> => {
    try {
      await putEvents(call);
      return [];
    } catch (error) {
      const { error: name, reason } = describeError(error);
      if (name !== "InvalidInputException") throw error;
      await tracker();
      const [first] = call;
      if (call.length === 1 && first)
        return [{ record: first.record, reason: `Personalize refused the event: ${reason}` }];
      const half = Math.ceil(call.length / 2);
      return [...(await deliver(call.slice(0, half), tracker)), ...(await deliver(call.slice(half), tracker))];
    }
  };

  const quarantine = async (bad: QuarantinedRecord) => {
    const { sdk, client } = await quarantineStore();
    const { key, body } = toQuarantineObject(bad);
    await client.send(
      new sdk.PutObjectCommand({
        Bucket: settings.QUARANTINE_BUCKET,
        Key: key,
        Body: body,
        ContentType: "application/json",
      }),
    );
    log("warn", "record quarantined", { key });
  };

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
    const tracker = () => {
      checked ??= requireTracker();
      return checked;
    };
    await runInParallel(groupByVisitor(interactions), parallelCalls, async (calls) => {
      for (const [index, call] of calls.entries()) {
        try {
          bad.push(...(await deliver(call, tracker)));
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

// A slow service must not use up the whole invocation.
const createRequestHandler = () => ({ connectionTimeout: 2_000, requestTimeout: 5_000 });

function createEventsClient() {
  return lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize-events");
    return { sdk, client: new sdk.PersonalizeEventsClient({ requestHandler: createRequestHandler() }) };
  });
}

/** Loaded when Personalize first refuses an event. */
function createTrackersClient() {
  return lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    return { sdk, client: new sdk.PersonalizeClient({ requestHandler: createRequestHandler() }) };
  });
}

/** Loaded when the first record is bad, because it is the largest package of this function. */
function createQuarantineClient() {
  return lazily(async () => {
    const sdk = await import("@aws-sdk/client-s3");
    return { sdk, client: new sdk.S3Client({ requestHandler: createRequestHandler() }) };
  });
}
