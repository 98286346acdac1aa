import type { Field } from "../values/columns";
import { type BatchResponse, createBatchEnd } from "./ingestion/batch-end";
import { createDelivery } from "./ingestion/events/delivery";
import type { Interaction } from "./ingestion/events/event-record";
import { visitorEvent } from "./ingestion/events/event-schema";
import { groupByVisitor } from "./ingestion/events/visitor-groups";
import { itemUpdate } from "./ingestion/items/item-update-schema";
import { createQuarantine, type RefusedPart } from "./ingestion/quarantine";
import { type RecordSchemas, readPart } from "./ingestion/read-record";
import { partsOf, type StreamPart, type StreamRecord } from "./ingestion/record";
import { userUpdate } from "./ingestion/users/user-update-schema";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";
import { runInParallel } from "./support/run-in-parallel";
import { describeError, log } from "./support/telemetry";

/**
 * Parallel calls of one invocation: enough to hide the service's latency. The four shards of a new
 * stream catch up at the same time, each with `parallelizationFactor` invocations, so that 32 calls
 * or more share the service's 1,000 requests a second. The client repeats throttled ones, and after
 * it the mapping.
 */
const parallelCalls = 8;

const variables = ["TRACKING_ID", "TRACKER_ARN", "EVENT_TYPES", "EVENT_COLUMNS", "QUARANTINE_BUCKET", "STACK"] as const;
// Present where the stack has a Users dataset.
const optionalVariables = ["HAS_USERS"] as const;
export type Environment = EnvironmentOf<typeof variables, typeof optionalVariables>;

/**
 * Sends visitor events on the stream to Personalize. A bad record goes to the quarantine and never
 * blocks the shard. A record that may succeed later is reported as failed, so that the mapping
 * delivers the batch again from there. A good update of an item or a user is left to its own
 * consumer, because Personalize takes them a hundred times slower than events.
 */
export function ingestEventsFactory() {
  const settings = readEnvironment("ingest-events", variables, optionalVariables);
  const eventTypes = JSON.parse(settings.EVENT_TYPES) as string[];
  const columns = JSON.parse(settings.EVENT_COLUMNS) as Field[];
  const schemas = {
    event: visitorEvent(eventTypes, columns),
    itemUpdate: itemUpdate(),
    userUpdate: settings.HAS_USERS ? userUpdate() : undefined,
  };
  const { deliver, requireTracker } = createDelivery(settings);
  const endBatch = createBatchEnd(settings.STACK, createQuarantine(settings.QUARANTINE_BUCKET));

  return answerInTime(async (batch: { Records: StreamRecord[] }): Promise<BatchResponse> => {
    const { interactions, parts, bad } = sortParts(batch.Records.flatMap(partsOf), schemas);
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
          // Throttled, unavailable, denied: the record is not bad. Later events of this visitor
          // wait for it.
          log("error", "events not delivered, will be retried", describeError(error));
          for (const { part } of calls.slice(index).flat()) failed.add(part.record);
          return;
        }
      }
    });
    // An error here repeats the whole batch, quarantines nothing, and fires the alarm on errors.
    await checked;
    return endBatch(parts, { bad, failed });
  });
}

/**
 * Reads the parts of records and sorts them by what is done with them. `parts` are those that this
 * consumer is responsible for: all but good updates.
 */
function sortParts(all: readonly StreamPart[], schemas: RecordSchemas) {
  const interactions: Interaction[] = [];
  const parts: StreamPart[] = [];
  const bad: RefusedPart[] = [];
  for (const part of all) {
    const read = readPart(part, schemas);
    if (!("update" in read)) parts.push(part);
    if ("reason" in read) bad.push({ part, reason: read.reason });
    if ("interaction" in read) interactions.push(read.interaction);
  }
  return { interactions, parts, bad };
}
