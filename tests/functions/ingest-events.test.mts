import { describe, expect, test } from "vitest";
import { ingestEventsFactory } from "../../functions/ingest-events.ts";
import { captureLines } from "./capture-lines.mts";
import { createRecord, setConsumerEnvironment } from "./ingestion.mts";
import { type Scripted, type ScriptedEndpoint, type Seen, startScriptedEndpoint } from "./scripted-endpoint.mts";

const ok: Scripted = {};

/** The handler with scripted answers; by default every call succeeds. */
async function consumer(answer: (seen: Seen) => Scripted = () => ok) {
  const endpoint = await startScriptedEndpoint(answer);
  setConsumerEnvironment();
  return { handle: ingestEventsFactory(), endpoint };
}

const event = (breed: string, sessionId = "s-1", userId?: string) => ({
  ...(userId ? { userId } : {}),
  sessionId,
  eventType: "DetailView",
  animalMetadata: {
    animal_species_id: "2",
    animal_primary_breed_id: breed,
    animal_size_id: "1",
    animal_age_id: "4",
  },
});

interface PutEvents {
  trackingId: string;
  userId?: string;
  sessionId: string;
  eventList: { eventId: string; itemId: string; sentAt: number; eventType: string }[];
}
const calls = (seen: ScriptedEndpoint) => seen.of("POST /events").map(({ body }) => body as PutEvents);
const itemsOf = (body: unknown) => (body as PutEvents).eventList.map(({ itemId }) => itemId);

describe("delivery", () => {
  test("one call per user and session, with id, time, type and group of each event", async () => {
    const { handle, endpoint } = await consumer();
    const Records = [createRecord(1, event("Pug", "s-1", "10042")), createRecord(2, event("Boxer", "s-2"))];
    expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
    const sent = (id: number, itemId: string) => ({
      eventId: `shardId-0:${id}`,
      sentAt: 1_732_406_400,
      eventType: "DetailView",
      itemId,
    });
    const bySession = calls(endpoint).sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
    expect(bySession).toEqual([
      { trackingId: "tracking-1", userId: "10042", sessionId: "s-1", eventList: [sent(1, "2-Pug-1-4")] },
      { trackingId: "tracking-1", sessionId: "s-2", eventList: [sent(2, "2-Boxer-1-4")] },
    ]);
  });

  // The names are in camel case, the text is JSON (API reference, Event; guide, "Recording item
  // interaction events").
  test("the context is sent as properties, and the impression as it is", async () => {
    const { handle, endpoint } = await consumer();
    const context = { DEVICE: "phone", NUM_RATINGS: 12 };
    const content = { ...event("Pug"), context, impression: ["2-Pug-1-4", "2-Boxer-1-4"] };
    expect(await handle({ Records: [createRecord(1, content), createRecord(2, event("Boxer"))] })).toEqual({
      batchItemFailures: [],
    });
    const [first, second] = calls(endpoint).flatMap(({ eventList }) => eventList);
    expect(first).toMatchObject({
      properties: '{"device":"phone","numRatings":12}',
      impression: ["2-Pug-1-4", "2-Boxer-1-4"],
    });
    expect(Object.keys(second ?? {}).sort()).toEqual(["eventId", "eventType", "itemId", "sentAt"]);
  });

  test("a full batch of a busy shard, its visitors interleaved, sends eight events a call", async () => {
    const { handle, endpoint } = await consumer();
    const Records = Array.from({ length: 1_000 }, (_, i) => createRecord(i, event("Pug", `s-${i % 125}`)));
    await handle({ Records });
    expect(calls(endpoint)).toHaveLength(125);
    expect(calls(endpoint).every(({ eventList }) => eventList.length === 8)).toBe(true);
  });

  test.each(["InvalidInputException", "SerializationException", "ValidationException"])(
    "an event that the service refuses with %s is found by halving and quarantined; the others arrive",
    async (error) => {
      const { handle, endpoint } = await consumer(({ operation, body }) =>
        operation === "POST /events" && itemsOf(body).includes("2-B3-1-4")
          ? { error, status: 400, message: "no such item type" }
          : { body: { eventTracker: { status: "ACTIVE" } } },
      );
      const Records = Array.from({ length: 8 }, (_, i) => createRecord(i, event(`B${i}`)));
      expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
      const accepted = calls(endpoint).filter((call) => !itemsOf(call).includes("2-B3-1-4"));
      expect(accepted.flatMap(itemsOf).sort()).toEqual([0, 1, 2, 4, 5, 6, 7].map((i) => `2-B${i}-1-4`));
      const [object, ...others] = endpoint.of("PUT /quarantine/");
      expect(others).toEqual([]);
      expect(object?.body).toMatchObject({
        reason: "Personalize refused the event: no such item type",
        sequenceNumber: "3",
      });
    },
  );
});

describe("a deleted tracker", () => {
  const gone = ({ operation }: Seen): Scripted =>
    operation === "POST /events"
      ? { error: "InvalidInputException", status: 400, message: "tracking id is not valid" }
      : { error: "ResourceNotFoundException", status: 400, message: "arn:tracker does not exist" };

  test("fails the batch, so that it is delivered again, and quarantines nothing", async () => {
    const { handle, endpoint } = await consumer(gone);
    const Records = [createRecord(1, event("Pug")), createRecord(2, event("Boxer", "s-2")), createRecord(3, "{")];
    await expect(handle({ Records })).rejects.toThrow("arn:tracker does not exist");
    expect(endpoint.of("PUT")).toEqual([]);
  });
});

// tests/faults/ingestion.test.mts has what fails and is sent again, silent-peers.test.mts from
// which record on.
describe("a record with several lines", () => {
  const text = (...lines: unknown[]) =>
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  const stored = (endpoint: ScriptedEndpoint) =>
    endpoint.of("PUT").map(({ body }) => {
      const { reason, data } = body as { reason: string; data: string };
      return [reason, Buffer.from(data, "base64").toString("utf8")];
    });

  test("is an event for each line; from the second on, the line's number is in the id", async () => {
    const { handle, endpoint } = await consumer();
    const lines = text(event("Pug"), "", " \r", event("Boxer"), { ...event("Beagle"), eventId: "own" }, "");
    expect(await handle({ Records: [createRecord(1, lines)] })).toEqual({ batchItemFailures: [] });
    const sent = calls(endpoint).flatMap(({ eventList }) => eventList.map(({ eventId, itemId }) => [eventId, itemId]));
    expect(sent).toEqual([
      ["shardId-0:1", "2-Pug-1-4"],
      ["shardId-0:1:4", "2-Boxer-1-4"],
      ["own", "2-Beagle-1-4"],
    ]);
    expect(stored(endpoint)).toEqual([]);
  });

  test("has its bad lines set aside in one object, in their places, without those that were taken", async () => {
    const { handle, endpoint } = await consumer();
    await handle({ Records: [createRecord(1, text(event("Pug"), "one", event("Boxer"), { a: 1 }))] });
    expect(calls(endpoint).flatMap(itemsOf)).toEqual(["2-Pug-1-4", "2-Boxer-1-4"]);
    const reason = expect.stringMatching(/^line 2: record: is not JSON; line 4: sessionId: is missing/);
    expect(stored(endpoint)).toEqual([[reason, text("", "one", "", { a: 1 })]]);
  });

  test("that are JSON only together is set aside whole, once, and counted once", async () => {
    const { handle, endpoint } = await consumer();
    const printed = JSON.stringify(event("Pug"), null, 2);
    const lines = await captureLines(() => handle({ Records: [createRecord(1, printed)] }));
    expect(stored(endpoint)).toEqual([["record: is more than one line; send JSON on one line", printed]]);
    expect(lines).toContainEqual(expect.objectContaining({ DeliveredEvents: 0, QuarantinedRecords: 1 }));
  });

  test("of a list has the events taken that are an object on a line, as the archive's readers do", async () => {
    const { handle, endpoint } = await consumer();
    const list = text("[", `${JSON.stringify(event("Pug"))},`, event("Boxer"), "]");
    await handle({ Records: [createRecord(1, list)] });
    expect(calls(endpoint).flatMap(itemsOf)).toEqual(["2-Boxer-1-4"]);
    const left = text("[", `${JSON.stringify(event("Pug"))},`, "", "]");
    expect(stored(endpoint)).toEqual([["line 1: record: is more than one line; send JSON on one line", left]]);
  });

  test("has 5,000 lines taken, because more could not be sent in time, and keeps the others", async () => {
    const { handle, endpoint } = await consumer();
    const lines = Array.from({ length: 5001 }, () => event("Pug"));
    await handle({ Records: [createRecord(1, text(...lines))] });
    expect(calls(endpoint).flatMap(itemsOf)).toHaveLength(5000);
    const reason = "line 5001: record: has more than 5000 lines; send the others in another record";
    expect(stored(endpoint)).toEqual([[reason, `${"\n".repeat(5000)}${JSON.stringify(event("Pug"))}`]]);
  });

  // The mapping of updates drops data that are not valid JSON (Lambda guide, "Using event filtering
  // with a Kinesis event source").
  test("may have no update, which no other consumer would get", async () => {
    const { handle, endpoint } = await consumer();
    const update = { itemUpdate: { itemId: "a", available: true } };
    await handle({ Records: [createRecord(1, text(event("Pug"), update)), createRecord(2, text("", update, ""))] });
    const reason = "line 2: record: has an update and other lines; send each update alone";
    expect(stored(endpoint)).toEqual([[reason, text("", update)]]);
  });

  test("is delivered again as a whole when one of its events could not be, and its bad lines are counted then", async () => {
    let throttles = 1;
    const { handle, endpoint } = await consumer(({ operation, body }) =>
      operation === "POST /events" && itemsOf(body).includes("2-Boxer-1-4") && throttles-- > 0
        ? { error: "ThrottlingException", status: 400 }
        : ok,
    );
    const Records = [
      createRecord(1, event("Pug", "s-0")),
      createRecord(2, text(event("Pug"), event("Boxer", "s-2"), "bad")),
    ];
    const first = await captureLines(async () => {
      expect(await handle({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
    });
    expect(first).toContainEqual(expect.objectContaining({ DeliveredEvents: 1, QuarantinedRecords: 0 }));
    const second = await captureLines(async () => {
      expect(await handle({ Records: Records.slice(1) })).toEqual({ batchItemFailures: [] });
    });
    expect(second).toContainEqual(expect.objectContaining({ DeliveredEvents: 2, QuarantinedRecords: 1 }));
    expect(new Set(stored(endpoint).map(String)).size).toBe(1);
  });
});

describe("the quarantine", () => {
  test("stores the whole bad record with the reason, under a key that a second delivery writes again", async () => {
    const { handle, endpoint } = await consumer();
    const bad = createRecord(17, '{"sessionId": ');
    await handle({ Records: [bad] });
    await handle({ Records: [bad] });
    const key = "PUT /quarantine/quarantine/year%3D2024/month%3D11/day%3D24/hour%3D00/shardId-0-17.json";
    expect(endpoint.of("PUT").map(({ operation }) => operation)).toEqual([key, key]);
    expect(endpoint.of("PUT")[0]?.body).toEqual({
      reason: "record: is not JSON",
      shardId: "shardId-0",
      sequenceNumber: "17",
      arrivedAt: "2024-11-24T00:00:00.000Z",
      data: Buffer.from('{"sessionId": ').toString("base64"),
    });
  });

  test("is a line in the log, with the reason", async () => {
    const { handle } = await consumer();
    const lines = await captureLines(() => handle({ Records: [createRecord(1, "hello")] }));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: "warn", message: "record quarantined", reason: "record: is not JSON" }),
    );
  });
});
