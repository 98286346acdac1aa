import type { Event } from "@aws-sdk/client-personalize-events";
import { onAny } from "../../../host/permission";
import { type Call, defineService, type Handlers, type Service } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type AttributedEvent, reportEvents } from "../background/attribution-metrics";
import type { Context } from "../context";
import { inUse, invalidInput, notFound } from "../faults";
import type { Field } from "../formats/avro-schema";
import { type Properties, readProperties, refuseMilliseconds, rowOf } from "../formats/event-properties";
import { runCounted } from "../metrics";
import { createPutRate } from "../put-rate";
import { interactionsDataset, type PersonalizeState, type RecordsDataset, schemaOf } from "../state/state";
import type { Cell } from "../state/table";

/** Members of the request, never of `properties` (API reference, Event). */
const requestMembers = ["userId", "sessionId", "eventType", "timestamp", "recommendationId", "impression"] as const;

const recordTypes = {
  ITEMS: { operation: "PutItems", member: "items" },
  USERS: { operation: "PutUsers", member: "users" },
} as const;
type RecordType = keyof typeof recordTypes;

/** An item or a user of a request. */
interface Given {
  readonly id: string | undefined;
  readonly properties?: unknown;
}

export function createEventsService({ host, store, undocumented }: Context): Service<"personalize-events"> {
  const checkRates = { PutItems: createPutRate(host.clock), PutUsers: createPutRate(host.clock) };
  /** Runs a request and counts it. */
  const counted = <T>(call: Call, metric: string, dimensions: Record<string, string>, work: () => T): T => {
    // The guide writes PutEventLatency, in the singular, PutItemsLatency and PutUsersLatency.
    const latency = metric === "PutEvents" ? "PutEventLatency" : `${metric}Latency`;
    const requests = metric === "PutEvents" ? undocumented.putEventsMetric : `${metric}Requests`;
    return runCounted(host, call, { requests, errors: metric, latency }, dimensions, work);
  };

  /** Puts items or users, each with its id. */
  const putRecords = (call: Call, type: RecordType, datasetArn: string | undefined, records: readonly Given[]) => {
    const { operation, member } = recordTypes[type];
    const state = store.of(call);
    const dataset = state.datasets.get(datasetArn);
    if (dataset?.type !== type) throw notFound(`A dataset of type ${type}`, datasetArn ?? "without an ARN");
    if (dataset.status !== "ACTIVE") throw inUse(`Dataset ${dataset.arn} is ${dataset.status}; it must be ACTIVE.`);
    return counted(call, operation, { DatasetGroupArn: dataset.groupArn, DatasetArn: dataset.arn }, () => {
      checkRates[operation](dataset.groupArn);
      const rows = records.map((record, i) => recordRow(state, dataset, record, `${member}[${i}]`));
      for (const row of rows) dataset.data.streamed.put(row);
      return {};
    });
  };

  return defineService({
    name: "personalize-events",
    iamPrefix: "personalize",
    validationError: undocumented.modelViolation,
    permissions: {
      // On `*` only (API reference, PutEvents).
      PutEvents: onAny("personalize:PutEvents"),
      PutItems: ({ datasetArn = "*" }) => [{ action: "personalize:PutItems", resource: datasetArn }],
      PutUsers: ({ datasetArn = "*" }) => [{ action: "personalize:PutUsers", resource: datasetArn }],
    },
    handlers: {
      PutEvents({ trackingId = "", sessionId = "", userId, eventList = [] }, call) {
        const state = store.of(call);
        const [tracker] = state.trackers.where((candidate) => candidate.trackingId === trackingId);
        if (!tracker) throw invalidInput(`The trackingId ${trackingId} belongs to no event tracker.`);
        if (tracker.status !== "ACTIVE") {
          throw invalidInput(`EventTracker ${tracker.arn} is ${tracker.status}; it must be ACTIVE.`);
        }
        const dataset = interactionsDataset(state, tracker.groupArn);
        if (!dataset) throw invalidInput(`DatasetGroup ${tracker.groupArn} has no Interactions dataset.`);
        const dimensions = { DatasetGroupArn: tracker.groupArn, DatasetArn: dataset.arn, EventTrackerArn: tracker.arn };
        return counted(call, "PutEvents", dimensions, () => {
          const { fields } = schemaOf(state, dataset).content;
          // All are read before one is stored: a refused call stores nothing.
          const read = eventList.map((event, i) => readEvent(state, fields, event, userId, `eventList[${i}]`));
          const added = dataset.data.streamed.put(userId, sessionId, read);
          reportEvents(host, call, state, tracker.groupArn, added);
          return {};
        });
      },

      PutItems({ datasetArn, items = [] }, call) {
        const records = items.map(({ itemId, properties }) => ({ id: itemId, properties }));
        return putRecords(call, "ITEMS", datasetArn, records);
      },

      PutUsers({ datasetArn, users = [] }, call) {
        const records = users.map(({ userId, properties }) => ({ id: userId, properties }));
        return putRecords(call, "USERS", datasetArn, records);
      },
    } satisfies Handlers<Clients["personalize-events"]>,
  });
}

function readEvent(
  state: PersonalizeState,
  fields: readonly Field[],
  event: Event,
  userId: string | undefined,
  where: string,
): AttributedEvent {
  const properties = readProperties(event.properties, fields, { where, refused: requestMembers });
  const itemId = event.itemId ?? properties.get("ITEM_ID");
  if (itemId === undefined) throw invalidInput(`${where}.itemId is missing.`);
  if (!event.sentAt || Number.isNaN(event.sentAt.getTime())) throw invalidInput(`${where}.sentAt is not a time.`);
  refuseMilliseconds(event.sentAt.getTime() / 1000, `${where}.sentAt`);
  if (event.eventValue !== undefined && !Number.isFinite(event.eventValue)) {
    throw invalidInput(`${where}.eventValue is ${event.eventValue}; it must be a finite number.`);
  }
  const shown = event.impression ?? state.answers.get(event.recommendationId ?? "")?.itemIds ?? [];
  const cells = new Map<string, Cell>([
    ...properties,
    ["ITEM_ID", String(itemId)],
    ["TIMESTAMP", Math.floor(event.sentAt.getTime() / 1000)],
    ["EVENT_TYPE", event.eventType],
    ["EVENT_VALUE", event.eventValue ?? properties.get("EVENT_VALUE")],
    ["IMPRESSION", event.impression?.join("|")],
    ["RECOMMENDATION_ID", event.recommendationId],
    ["EVENT_ATTRIBUTION_SOURCE", event.metricAttribution?.eventAttributionSource],
  ]);
  const answered = state.answers.get(event.recommendationId ?? "")?.servedBy;
  return {
    eventId: event.eventId,
    shown,
    cells: eventRow(fields, cells, userId, where),
    eventType: event.eventType ?? "",
    timestamp: event.sentAt.getTime() / 1000,
    itemId: String(itemId),
    source: event.metricAttribution?.eventAttributionSource ?? answered,
  };
}

/** USER_ID may be missing while the visitor is not signed in, even if the schema requires it. */
function eventRow(fields: readonly Field[], cells: Properties, userId: string | undefined, where: string): Cell[] {
  const withUser = new Map(cells).set("USER_ID", userId ?? "");
  const row = rowOf(fields, withUser, where);
  return row.map((cell, i) => (fields[i]?.name === "USER_ID" ? userId : cell));
}

function recordRow(state: PersonalizeState, dataset: RecordsDataset, { id, properties }: Given, where: string): Cell[] {
  const { fields } = schemaOf(state, dataset).content;
  const cells = new Map(readProperties(properties, fields, { where, refused: ["itemId", "userId"] }));
  cells.set(dataset.data.idField, id);
  return rowOf(fields, cells, where);
}
