import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { arrival } from "./ingestion.mts";
import { calls, consumer, fields, itemsOf, type PutItems, pug, reasons, update, updates } from "./item-consumers.mts";
import type { Scripted } from "./scripted-endpoint.mts";

describe("an update", () => {
  test("sets the availability of a group and keeps the item's other columns, from the imported file", async () => {
    const { send, endpoint } = await consumer();
    const record = update({ animalMetadata: pug, available: false });
    expect(await send(record)).toEqual({ batchItemFailures: [] });
    expect(calls(endpoint)[0]?.datasetArn).toBe("arn:items");
    expect(itemsOf(endpoint)).toEqual([
      ["2-Pug-1-4", { breed: "Pug, small", itemValue: 0.5, creationTimestamp: 1_700_000_000, status: "unavailable" }],
    ]);
  });

  test("keeps what earlier updates changed, also in another batch", async () => {
    const { send, endpoint } = await consumer();
    await send(update({ itemId: "2-Boxer-3-2", columns: { NOTE: "shy" } }));
    await send(update({ itemId: "2-Boxer-3-2", available: true }));
    const boxer = { breed: "Boxer", itemValue: 1, creationTimestamp: 1_700_000_001, note: "shy" };
    expect(itemsOf(endpoint)).toEqual([
      ["2-Boxer-3-2", boxer],
      ["2-Boxer-3-2", { ...boxer, status: "available" }],
    ]);
    expect(endpoint.of("GET /data/catalogue/")).toHaveLength(1);
  });

  test("removes a value with null", async () => {
    const { send, endpoint } = await consumer();
    await send(update({ itemId: "2-Pug-1-4", columns: { STATUS: null } }));
    expect(itemsOf(endpoint)[0]?.[1]).not.toHaveProperty("status");
  });

  test("of an item that is not in the catalogue creates it, since now, if it has every column", async () => {
    const { send, endpoint } = await consumer();
    await send(update({ itemId: "new", columns: { BREED: "Corgi", ITEM_VALUE: 2 } }));
    expect(itemsOf(endpoint)).toEqual([["new", { breed: "Corgi", itemValue: 2, creationTimestamp: arrival }]]);
  });
});

describe("updates of one item", () => {
  test("are one item of the call, and the last one counts", async () => {
    const { send, endpoint } = await consumer();
    await send(...[false, true, false].map((available) => update({ itemId: "2-Pug-1-4", available })));
    expect(itemsOf(endpoint)).toMatchObject([["2-Pug-1-4", { status: "unavailable" }]]);
  });

  test("count by their own times: an outdated one changes nothing, in this batch or a later one", async () => {
    const { send, endpoint } = await consumer();
    const at = (seconds: number) => ({ timestamp: arrival - seconds });
    const newer = update({ itemId: "2-Boxer-3-2", available: true }, at(10));
    const older = update({ itemId: "2-Boxer-3-2", available: false }, at(20));
    await send(newer, older);
    expect(await send(older)).toEqual({ batchItemFailures: [] });
    // The second time, because another instance may have sent the older one after the newer one.
    const newest = ["2-Boxer-3-2", { status: "available" }];
    expect(itemsOf(endpoint)).toMatchObject([newest, newest]);
    expect(reasons(endpoint)).toEqual([]);
  });
});

test("twenty-three items are three calls of at most ten, and the catalogue is read once", async () => {
  const { send, endpoint } = await consumer();
  await send(...updates(23));
  expect(
    calls(endpoint)
      .map(({ items }) => items.length)
      .sort(),
  ).toEqual([10, 10, 3]);
  expect(endpoint.of("GET /data/catalogue/")).toHaveLength(1);
});

describe("a bad update goes to the quarantine with the reason", () => {
  const known = "BREED, ITEM_VALUE, CREATION_TIMESTAMP, STATUS, NOTE";
  test.each<[string, unknown, string]>([
    [
      "no item",
      update({ available: true }),
      "itemUpdate: has neither animalMetadata nor itemId; must have one of them",
    ],
    [
      "no change",
      update({ itemId: "2-Pug-1-4", columns: {} }),
      "itemUpdate: has neither available nor columns; must have one of them",
    ],
    [
      "a misspelt change",
      update({ itemId: "2-Pug-1-4", availabel: false }),
      "itemUpdate: has neither available nor columns; must have one of them; it has availabel: did you mean available?",
    ],
    [
      "a misspelt item",
      update({ item_id: "2-Pug-1-4", available: false }),
      "itemUpdate: has neither animalMetadata nor itemId; must have one of them; it has item_id: did you mean itemId?",
    ],
    [
      "an object as value",
      update({ itemId: "2-Pug-1-4", columns: { NOTE: {} } }),
      "itemUpdate.columns: has a value that is not a text, a number, true, false or null",
    ],
    [
      "a column that the items do not have",
      update({ itemId: "2-Pug-1-4", columns: { COLOUR: "red" } }),
      `itemUpdate.columns: has a name that is not a column of the items; they have ${known}`,
    ],
    [
      "a misspelt column",
      update({ itemId: "2-Pug-1-4", columns: { ITEM_VALU: 1, note: "x" } }),
      `itemUpdate.columns: has a name that is not a column of the items; they have ${known}; it has ITEM_VALU: did you ` +
        "mean ITEM_VALUE?",
    ],
    [
      "an unknown item without its columns",
      update({ itemId: "new", available: true }),
      "itemUpdate.columns: has no BREED, no ITEM_VALUE; an item that is not in the catalogue needs all of them",
    ],
    [
      "a time in the future",
      update({ itemId: "2-Pug-1-4", available: true }, { timestamp: arrival + 3_600 }),
      "timestamp: is 2024-11-24T01:00:00.000Z, later than the record's arrival; check the producer's clock",
    ],
  ])("%s", async (_what, content, reason) => {
    const { send, endpoint } = await consumer();
    expect(await send(content)).toEqual({ batchItemFailures: [] });
    expect(reasons(endpoint)).toEqual([reason]);
    expect(calls(endpoint)).toEqual([]);
  });

  test.each(["InvalidInputException", "SerializationException", "ValidationException"])(
    "an item that the service refuses with %s is found by halving; the others arrive and are remembered",
    async (error) => {
      const { send, endpoint } = await consumer({
        answer: ({ operation, body }) =>
          operation === "POST /items" && (body as PutItems).items.some(({ itemId }) => itemId === "item-3")
            ? { error, status: 400, message: "too long" }
            : undefined,
      });
      expect(await send(...updates(8))).toEqual({ batchItemFailures: [] });
      expect(reasons(endpoint)).toEqual(["Personalize refused the item: too long"]);
      expect(endpoint.of("PUT /data/items/")).toHaveLength(7);
    },
  );
});

describe("a good update arrives although Personalize refuses another one of its item in the same batch", () => {
  /** Refuses each value of NOTE that is bad, as the service refuses what no schema describes. */
  const refuseNotes = ({ operation, body }: { operation: string; body: unknown }) =>
    operation === "POST /items" && (body as PutItems).items.some(({ properties }) => properties.includes("bad note"))
      ? { error: "InvalidInputException", status: 400, message: "no such note" }
      : undefined;
  const note = (text: string) => update({ itemId: "2-Pug-1-4", columns: { NOTE: text } });
  const adopted = update({ itemId: "2-Pug-1-4", available: false });
  const value = (itemValue: number) => update({ itemId: "2-Pug-1-4", columns: { ITEM_VALUE: itemValue } });

  test.each<[string, unknown[], object, number]>([
    ["before it", [adopted, note("bad note")], { status: "unavailable" }, 1],
    ["after it", [note("bad note"), adopted], { status: "unavailable" }, 1],
    [
      "on both sides, more than once",
      [note("shy"), note("bad note 1"), value(2), note("bad note 2"), adopted, value(3)],
      { note: "shy", status: "unavailable", itemValue: 3 },
      2,
    ],
  ])("%s", async (_what, sent, expected, bad) => {
    const { send, endpoint } = await consumer({ answer: refuseNotes });
    expect(await send(...sent)).toEqual({ batchItemFailures: [] });
    expect(reasons(endpoint)).toEqual(Array(bad).fill("Personalize refused the item: no such note"));
    // The same values are the base of the next change, in another batch.
    await send(update({ itemId: "2-Pug-1-4", columns: { BREED: "Pug" } }));
    expect(itemsOf(endpoint).at(-1)?.[1]).toMatchObject({ ...expected, breed: "Pug" });
    expect(endpoint.of("PUT /data/fallback/").at(-1)?.body).toEqual({ items: ["2-Boxer-3-2"] });
  });

  test("and when the refused one would have created the item, the others say what it lacks", async () => {
    const { send, endpoint } = await consumer({ answer: refuseNotes });
    const created = update({ itemId: "new", columns: { BREED: "Corgi", ITEM_VALUE: 2, NOTE: "bad note" } });
    expect(await send(created, update({ itemId: "new", available: true }))).toEqual({ batchItemFailures: [] });
    expect(reasons(endpoint).sort()).toEqual([
      "Personalize refused the item: no such note",
      "itemUpdate.columns: has no BREED, no ITEM_VALUE; an item that is not in the catalogue needs all of them",
    ]);
  });
});

test("an update with a byte order mark, which Lambda's filter drops, is quarantined; an event with one is taken", async () => {
  const { send, endpoint } = await consumer();
  const marked = `\ufeff${JSON.stringify(update({ itemId: "2-Pug-1-4", available: false }))}`;
  const event = `\ufeff${JSON.stringify({ sessionId: "s-1", eventType: "DetailView", itemId: "2-Pug-1-4" })}`;
  expect(await send(marked, event)).toEqual({ batchItemFailures: [] });
  expect(reasons(endpoint)).toEqual([
    "record: begins with a byte order mark, which an update must not have; send UTF-8 without",
  ]);
  expect(endpoint.of("POST /events")).toHaveLength(1);
});

test("a column that a deployment adds is accepted by an instance that was running before", async () => {
  const schema = { fields: [...fields] };
  const { send, endpoint } = await consumer({ schema });
  const record = update({ itemId: "2-Pug-1-4", columns: { COLOUR: "red" } });
  await send(record);
  schema.fields.push({ name: "COLOUR", type: ["null", "string"] });
  await send(record);
  expect(reasons(endpoint)).toHaveLength(1);
  expect(itemsOf(endpoint)).toMatchObject([["2-Pug-1-4", { colour: "red" }]]);
});

describe("names of columns", () => {
  const lower = [
    { name: "ITEM_ID", type: "string" },
    { name: "price", type: ["null", "float"] },
    { name: "status", type: ["null", "string"] },
    { name: "Creation_Timestamp", type: ["null", "long"] },
  ];

  test("are matched in upper and lower case, and stored as the schema has them", async () => {
    const { send, endpoint } = await consumer({ schema: { fields: lower } });
    const changes = { PRICE: 5, creation_timestamp: "2023-11-14T22:13:20Z" };
    await send(update({ itemId: "2-Boxer-3-2", available: false, columns: changes }));
    expect(reasons(endpoint)).toEqual([]);
    const [stored] = endpoint.of("PUT /data/items/");
    expect(stored?.body).toMatchObject({
      columns: { price: 5, status: "unavailable", Creation_Timestamp: 1_700_000_000 },
    });
    expect(endpoint.of("PUT /data/fallback/").at(-1)?.body).toEqual({ items: ["2-Pug-1-4"] });
  });

  test.each([
    [{ columns: { price: 5, PRICE: 6 } }, "itemUpdate.columns.price: is given twice"],
    [{ available: true, columns: { Status: "x" } }, "itemUpdate.columns.status: available sets this column"],
    [{ columns: { item_id: "x" } }, "itemUpdate.columns.ITEM_ID: cannot be changed"],
    [
      { columns: { CREATION_TIMESTAMP: 1_700_000_000_000 } },
      "itemUpdate.columns.Creation_Timestamp: is not in seconds; divide milliseconds by 1,000",
    ],
  ])("are one column in each case: %j", async (change, reason) => {
    const { send, endpoint } = await consumer({ schema: { fields: lower } });
    await send(update({ itemId: "2-Boxer-3-2", ...change }));
    expect(reasons(endpoint)).toEqual([reason]);
  });
});

describe("what may succeed later is delivered again from the lowest record on, and nothing is quarantined", () => {
  const contents = [
    { sessionId: "s-1", eventType: "DetailView", itemId: "2-Boxer-3-2" },
    update({ itemId: "2-Boxer-3-2", available: false }),
    update({ itemId: "2-Boxer-3-2", available: true }),
  ];
  test.each<[string, string, Scripted]>([
    ["throttling", "POST /items", { error: "ThrottlingException", status: 429 }],
    ["a deleted dataset", "POST /items", { error: "ResourceNotFoundException", status: 404 }],
    ["a dataset in use", "POST /items", { error: "ResourceInUseException", status: 409 }],
  ])("%s", async (_what, operation, answer) => {
    const { send, endpoint } = await consumer({
      answer: (seen) => (seen.operation.startsWith(operation) ? answer : undefined),
    });
    expect(await send(...contents)).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
    expect(reasons(endpoint)).toEqual([]);
  });
});

describe("what Personalize has already", () => {
  test("is not sent again", async () => {
    const { send, endpoint } = await consumer();
    const asImported = update({ itemId: "2-Pug-1-4", available: true });
    const changed = update({ itemId: "2-Boxer-3-2", columns: { NOTE: "shy" } });
    await send(asImported, changed);
    await send(asImported, changed);
    expect(itemsOf(endpoint).map(([itemId]) => itemId)).toEqual(["2-Boxer-3-2"]);
  });
});

describe("an item that another instance has changed meanwhile", () => {
  const itemId = "item-1";
  const key = `/data/items/${createHash("sha256").update(itemId).digest("hex")}.json`;
  const base = { BREED: "B", ITEM_VALUE: 1, CREATION_TIMESTAMP: 1_700_000_002 };

  /** A consumer that sends its first request when the other instance has sent and stored this. */
  const besideOther = (stored: object) => {
    let isFirst = true;
    return consumer({
      answer: ({ operation }, kept) => {
        if (operation === "POST /items" && isFirst) kept.set(key, JSON.stringify({ id: itemId, ...stored }));
        if (operation === "POST /items") isFirst = false;
        return undefined;
      },
    });
  };

  test("is sent again with the changes of both", async () => {
    const others = { ...base, NOTE: "shy" };
    const { send, endpoint, kept } = await besideOther({ columns: others });
    expect(await send(update({ itemId, available: false }))).toEqual({ batchItemFailures: [] });
    expect(itemsOf(endpoint).at(-1)?.[1]).toMatchObject({ note: "shy", status: "unavailable" });
    expect(JSON.parse(kept.get(key) ?? "").columns).toEqual({ ...others, STATUS: "unavailable" });
  });

  test.each([
    ["the other change is newer", { ...base, STATUS: "unavailable" }, 10, 20, { status: "unavailable" }],
    ["the same values are stored", { ...base, STATUS: "available", NOTE: "shy" }, 20, 10, { note: "shy" }],
  ])("is sent again as it is stored when %s", async (_when, columns, theirs, ours, sent) => {
    const changedAt = new Date((arrival - theirs) * 1000).toISOString();
    const { send, endpoint, kept } = await besideOther({ columns, changedAt });
    const own = update({ itemId, available: true }, { timestamp: arrival - ours });
    expect(await send(own)).toEqual({ batchItemFailures: [] });
    expect(itemsOf(endpoint).map(([, each]) => each)).toMatchObject([{ status: "available" }, sent]);
    expect(JSON.parse(kept.get(key) ?? "").columns).toEqual(columns);
  });

  test("is sent again as it is stored when an older change is delivered again", async () => {
    const columns = { ...base, STATUS: "unavailable" };
    const { send, endpoint, kept } = await consumer();
    kept.set(key, JSON.stringify({ id: itemId, columns, changedAt: new Date((arrival - 10) * 1000).toISOString() }));
    const older = update({ itemId, available: true }, { timestamp: arrival - 20 });
    expect(await send(older)).toEqual({ batchItemFailures: [] });
    expect(itemsOf(endpoint).map(([, { status }]) => status)).toEqual(["unavailable"]);
  });

  test("is delivered again when it never stops changing", async () => {
    let others = 0;
    const { send } = await consumer({
      answer: ({ operation }, kept) => {
        if (operation === "POST /items") {
          kept.set(key, JSON.stringify({ id: itemId, columns: base, NOTE: "x".repeat(++others) }));
        }
        return undefined;
      },
    });
    expect(await send(update({ itemId, available: false }))).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
    expect(others).toBe(6);
  });
});

test.each(["\u2028", "\u2029", "\u0085", "\\n"])("items behind one whose text has %j are found", async (mark) => {
  const lines = [
    { id: "first", columns: { BREED: `a${mark}b`, ITEM_VALUE: 1, CREATION_TIMESTAMP: 1_700_000_000 } },
    { id: "behind", columns: { BREED: "B", ITEM_VALUE: 1, CREATION_TIMESTAMP: 1_700_000_000 } },
  ];
  const { send, endpoint } = await consumer({
    answer: ({ operation }) =>
      operation === "GET /data/catalogue/items.jsonl"
        ? { text: lines.map((line) => JSON.stringify(line)).join("\n") }
        : undefined,
  });
  const notes = ["first", "behind"].map((itemId) => update({ itemId, columns: { NOTE: "n" } }));
  expect(await send(...notes)).toEqual({ batchItemFailures: [] });
  expect(itemsOf(endpoint).map(([itemId, { breed }]) => [itemId, breed])).toEqual([
    ["first", `a${mark}b`],
    ["behind", "B"],
  ]);
});

test("requests keep their pace from one batch to the next, and a batch ends with the pause after its last request", async () => {
  let now = 0;
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
  };
  const times: number[] = [];
  const { send } = await consumer({
    time: { now: () => now, sleep },
    answer: ({ operation }) => {
      if (operation === "POST /items") times.push(now);
      return undefined;
    },
  });
  for (const start of [0, 12]) await send(...updates(12, start));
  expect([times, now]).toEqual([[0, 1, 2, 3], 4]);
});
