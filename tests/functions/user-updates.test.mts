// Updates of users take the path of items (item-updates.test.mts): here is what differs.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ingestEventsFactory } from "../../functions/ingest-events.ts";
import type { StreamRecord } from "../../functions/ingestion/stream-record.ts";
import { updateItemsFactory } from "../../functions/update-items.ts";
import { updateUsersFactory } from "../../functions/update-users.ts";
import { arrival, createRecord, setConsumerEnvironment } from "./ingestion.mts";
import { reasons } from "./item-consumers.mts";
import { type Scripted, type ScriptedEndpoint, startScriptedEndpoint } from "./scripted-endpoint.mts";

const schema = {
  fields: [
    { name: "USER_ID", type: "string" },
    { name: "HOME", type: ["null", "string"] },
    { name: "AGE", type: "int" },
  ],
};
const noSuchKey = { status: 404, text: "<Error><Code>NoSuchKey</Code></Error>" };
const imported = { id: "10042", columns: { HOME: "flat", AGE: 30 } };

let endpoint: ScriptedEndpoint;
beforeEach(async () => {
  const kept = new Map<string, string>();
  endpoint = await startScriptedEndpoint(({ operation, body }): Scripted => {
    const key = operation.replace(/^(GET|PUT) /, "");
    if (operation === "GET /data/schemas/users.json") return { text: JSON.stringify(schema) };
    if (operation === "GET /data/users.jsonl") return { text: JSON.stringify(imported) };
    if (operation.startsWith("PUT /data/users/")) kept.set(key, JSON.stringify(body));
    if (operation.startsWith("GET /data/users/")) return kept.has(key) ? { text: kept.get(key) ?? "" } : noSuchKey;
    return {};
  });
  setConsumerEnvironment();
  process.env.HAS_USERS = "true";
});
afterEach(() => {
  delete process.env.HAS_USERS;
});

/** All consumers of the stream get each record. */
async function handle(...contents: unknown[]) {
  const batch: { Records: StreamRecord[] } = {
    Records: contents.map((content, index) => createRecord(index, content)),
  };
  const responses = [];
  for (const consumer of [ingestEventsFactory(), updateItemsFactory(), updateUsersFactory()]) {
    responses.push(await consumer(batch));
  }
  return responses.flatMap(({ batchItemFailures }) => batchItemFailures);
}

const update = (properties: unknown, more: object = {}) => ({ userUpdate: { userId: "10042", properties }, ...more });
const usersSent = () =>
  endpoint
    .of("POST /users")
    .flatMap(({ body }) => (body as { users: { userId: string; properties: string }[] }).users)
    .map(({ userId, properties }) => [userId, JSON.parse(properties)]);

test("an update changes the properties that it names, and keeps the others", async () => {
  expect(await handle(update({ home: "house" }))).toEqual([]);
  expect(usersSent()).toEqual([["10042", { home: "house", age: 30 }]]);
});

test("the newest update wins, whichever arrives first", async () => {
  await handle(update({ HOME: "house" }, { timestamp: arrival - 10 }));
  await handle(update({ HOME: "boat" }, { timestamp: arrival - 20 }));
  expect(usersSent().at(-1)).toEqual(["10042", { home: "house", age: 30 }]);
});

test("a user whom the file does not have needs all properties that may not be absent", async () => {
  await handle({ userUpdate: { userId: "new", properties: { HOME: "boat" } } });
  await handle({ userUpdate: { userId: "new", properties: { AGE: 20 } } });
  expect(usersSent()).toEqual([["new", { age: 20 }]]);
  expect(reasons(endpoint)).toEqual([
    "userUpdate.properties: has no AGE; a user that is not in the users file needs all of them",
  ]);
});

describe("a bad update is quarantined, with a reason that does not say what is known of the user", () => {
  test.each<[string, unknown, string]>([
    ["without properties", update({}), "userUpdate.properties: is empty"],
    ["without a user", { userUpdate: { properties: { AGE: 1 } } }, "userUpdate.userId: is missing"],
    [
      "of a property that users do not have",
      update({ secret: "x" }),
      "userUpdate.properties: has a name that is not a column of the users; they have HOME, AGE",
    ],
    ["of another type", update({ AGE: "thirty" }), "userUpdate.properties.AGE: must be a number"],
    ["of the id", update({ USER_ID: "other" }), "userUpdate.properties.USER_ID: cannot be changed"],
    [
      "together with one of an item",
      { ...update({ AGE: 1 }), itemUpdate: { itemId: "a", available: true } },
      "userUpdate: is in one record with itemUpdate; send two records",
    ],
  ])("%s", async (_what, content, reason) => {
    expect(await handle(content)).toEqual([]);
    expect(reasons(endpoint)).toEqual([reason]);
    expect([...usersSent(), ...endpoint.of("POST /items")]).toEqual([]);
  });
});

test("a stack without users refuses their updates", async () => {
  delete process.env.HAS_USERS;
  await ingestEventsFactory()({ Records: [createRecord(1, update({ AGE: 1 }))] });
  expect(reasons(endpoint)).toEqual([
    "userUpdate: this stack has no users; name their file with recommender:usersFile",
  ]);
});
