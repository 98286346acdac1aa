import { type Interaction, readRecord, type StreamRecord } from "./ingestion/event-record";
import { type Quarantined, quarantineObject } from "./ingestion/quarantine";
import { inParallel, visitorGroups } from "./ingestion/visitor-groups";
import { environment } from "./support/environment";
import { lazily } from "./support/lazily";
import { visitorEvent } from "./support/schemas";
import { describeError, emitMetrics, log } from "./support/telemetry";

/** Calls side by side: enough to hide the service's latency, few enough to stay below its 1,000 requests a second. */
const width = 8;

/**
 * Stream records to Personalize events. A bad record goes to the quarantine and never blocks the shard; whatever may
 * succeed later is reported as failed from the lowest record on, so that the mapping delivers it again.
 */
export function ingestEventsFactory() {
  const settings = environment("ingest-events", [
    "TRACKING_ID",
    "TRACKER_ARN",
    "EVENT_TYPES",
    "QUARANTINE_BUCKET",
    "STACK",
  ]);
  const schema = visitorEvent(JSON.parse(settings.EVENT_TYPES) as string[]);
  const events = eventsClient();
  const quarantineStore = quarantineClient();
  const trackers = trackersClient();

  const putEvents = async (call: readonly Interaction[]) => {
    const { sdk, client } = await events();
    const { userId, sessionId } = call[0] ?? {};
    const eventList = call.map(({ event }) => event);
    await client.send(new sdk.PutEventsCommand({ trackingId: settings.TRACKING_ID, userId, sessionId, eventList }));
  };

  /**
   * Throws when the tracker is the reason for a refusal. Whether PutEvents answers InvalidInputException for a tracker
   * that was deleted, as for a bad event, is not documented: then every event of the batch would be quarantined.
   */
  const requireTracker = async (): Promise<void> => {
    const { sdk, client } = await trackers();
    const { eventTracker } = await client.send(
      new sdk.DescribeEventTrackerCommand({ eventTrackerArn: settings.TRACKER_ARN }),
    );
    if (eventTracker?.status !== "ACTIVE")
      throw new Error(`The event tracker is ${eventTracker?.status ?? "not described"}.`);
  };

  /** Sends; on a refusal halves the call until the offender is alone. Returns the offenders. */
  const deliver = async (call: readonly Interaction[], tracker: () => Promise<void>): Promise<Quarantined[]> => {
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

  const quarantine = async (bad: Quarantined) => {
    const { sdk, client } = await quarantineStore();
    const { key, body } = quarantineObject(bad);
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
    const bad: Quarantined[] = [];
    const failed = new Set<StreamRecord>();
    for (const record of batch.Records) {
      const read = readRecord(record, schema);
      if ("reason" in read) bad.push({ record, reason: read.reason });
      else interactions.push(read.interaction);
    }

    // Asked for once a batch, if at all.
    let checked: Promise<void> | undefined;
    const tracker = () => {
      checked ??= requireTracker();
      return checked;
    };
    await inParallel(visitorGroups(interactions), width, async (calls) => {
      for (const [index, call] of calls.entries()) {
        try {
          bad.push(...(await deliver(call, tracker)));
        } catch (error) {
          // Throttled, unavailable, denied: not the record's fault. Later events of this visitor wait behind it.
          log("error", "events not delivered, will be retried", describeError(error));
          for (const { record } of calls.slice(index).flat()) failed.add(record);
          return;
        }
      }
    });
    // Thrown: the whole batch is delivered again, nothing is quarantined, and the alarm on errors fires.
    await checked;
    await inParallel(bad, width, async (record) => {
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
const requestHandler = () => ({ connectionTimeout: 2_000, requestTimeout: 5_000 });

function eventsClient() {
  return lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize-events");
    return { sdk, client: new sdk.PersonalizeEventsClient({ requestHandler: requestHandler() }) };
  });
}

/** Loaded when Personalize first refuses an event. */
function trackersClient() {
  return lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    return { sdk, client: new sdk.PersonalizeClient({ requestHandler: requestHandler() }) };
  });
}

/** Loaded when the first record is bad: it is most of what the function loads. */
function quarantineClient() {
  return lazily(async () => {
    const sdk = await import("@aws-sdk/client-s3");
    return { sdk, client: new sdk.S3Client({ requestHandler: requestHandler() }) };
  });
}
