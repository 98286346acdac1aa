// Whatever a record contains, the reason for its quarantine, the logs and the metrics do not.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ingestEventsFactory } from "../../functions/ingest-events.ts";
import type { StreamRecord } from "../../functions/ingestion/record.ts";
import { describeRefusal } from "../../functions/ingestion/refusal-reason.ts";
import { updateItemsFactory } from "../../functions/update-items.ts";
import { captureLines } from "./capture-lines.mts";
import { createRecord, setConsumerEnvironment } from "./ingestion.mts";
import { type Scripted, type Seen, startScriptedEndpoint } from "./scripted-endpoint.mts";

/** A mark that must not be anywhere; no text of ours contains it. */
const mark = "mArKeR";

/** Keys of the contract, and others, all of whose values have the mark. */
const marked = fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => `${text}${mark}${text}`);
const key = fc.oneof(
  marked,
  fc.constantFrom(
    ...["userId", "sessionId", "eventType", "itemId", "eventId", "timestamp", "eventValue", "recommendationId"],
    ...["impression", "context", "DEVICE"],
    ...["animalMetadata", "animal_size_id", "itemUpdate", "columns", "available", "Data", "Partitionkey"],
  ),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 3, arbitrary: marked },
    fc.constantFrom(null, true, Number.POSITIVE_INFINITY, -1, 0.5, []),
    fc.dictionary(key, tie("value"), { maxKeys: 6 }),
  ),
}));
const anyRecord = fc.dictionary(key, value, { maxKeys: 8 }).map((record) => JSON.stringify(record));
/** Accepted by the contract, so that they reach the service. */
const accepted = fc.oneof(
  fc.record({
    sessionId: marked,
    userId: marked,
    itemId: marked,
    eventType: fc.constant("DetailView"),
    impression: fc.array(marked, { maxLength: 3 }),
    context: fc.record({ DEVICE: marked }),
    [mark]: marked,
  }),
  fc.record({
    itemUpdate: fc.record({ itemId: marked, columns: fc.dictionary(fc.oneof(marked, fc.constant("NOTE")), marked) }),
  }),
);
const data = fc.oneof(
  anyRecord,
  accepted.map((record) => JSON.stringify(record)),
  marked,
);

const schema = {
  fields: [
    { name: "ITEM_ID", type: "string" },
    { name: "NOTE", type: ["null", "string"] },
  ],
};

/** A service that refuses everything and quotes what it got, as validation errors of AWS do. */
function refuse({ operation, body }: Seen): Scripted {
  const quoted = `1 validation error detected: Value '${JSON.stringify(body)}' is not valid, nor is ${listTexts(body).join(" or ")}`;
  if (operation === "POST /events" || operation === "POST /items") {
    return { error: "InvalidInputException", status: 400, message: quoted };
  }
  if (operation === "GET /data/schemas/items.json") return { text: JSON.stringify(schema) };
  if (operation.startsWith("GET /data/items/")) {
    return { status: 404, text: "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>" };
  }
  if (operation.startsWith("GET ")) return { text: "" };
  return { body: { eventTracker: { status: "ACTIVE" } } };
}

const listTexts = (value: unknown): string[] =>
  typeof value === "object" && value !== null ? Object.values(value).flatMap(listTexts) : [String(value)];

test("no key and no value of a record is in a reason, a log line or a metric", async () => {
  const seen = await startScriptedEndpoint(refuse);
  setConsumerEnvironment();
  const consumers = [ingestEventsFactory(), updateItemsFactory()];
  const handle = async (batch: { Records: StreamRecord[] }) => {
    for (const consume of consumers) await consume(batch);
  };
  let quarantined = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(data, { minLength: 1, maxLength: 8 }), async (records) => {
      const Records = records.map((content, i) => createRecord(i, content));
      const lines = await captureLines(() => handle({ Records }));
      expect(JSON.stringify(lines)).not.toContain(mark);
      const objects = seen.of("PUT /quarantine/");
      const reasons = objects.splice(quarantined).map(({ body }) => (body as { reason: string }).reason);
      quarantined += reasons.length;
      expect(reasons).toHaveLength(records.length);
      expect(reasons.join("\n")).not.toContain(mark);
    }),
    { numRuns: 60 },
  );
});

test("what the service says without quoting stays", () => {
  const sent = { userId: "1", eventList: [{ itemId: "2-Pug-1-4", sentAt: new Date(0), eventValue: 5 }] };
  const say = (message: string) => describeRefusal("event", new Error(message), sent);
  expect(say("no such item type")).toBe("Personalize refused the event: no such item type");
  expect(say("2-Pug-1-4 of 1: 15 or 5, at 1970-01-01T00:00:00.000Z")).toBe(
    "Personalize refused the event: … of …: 15 or …, at …",
  );
  expect(
    say("1 validation error detected: Value 'a b' at 'eventList.1.member.itemId' failed to satisfy constraint"),
  ).toBe("Personalize refused the event: … validation error detected: Value … failed to satisfy constraint");
});
