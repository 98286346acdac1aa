// Updates of users take the path of items (item-updates.test.mts): here is what differs.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { arrival, createRecord } from "./ingestion.mts";
import { consumer, reasons } from "./item-consumers.mts";
import type { Scripted, ScriptedEndpoint, Seen } from "./scripted-endpoint.mts";

const schema = {
  fields: [
    { name: "USER_ID", type: "string" },
    { name: "HOME", type: ["null", "string"] },
    { name: "AGE", type: "int" },
  ],
};
const imported = { id: "10042", columns: { HOME: "flat", AGE: 30 } };
/** What the service does with the next request for users. */
let fault: Scripted | undefined;
const answer = ({ operation }: Seen): Scripted | undefined => {
  if (operation === "POST /users" && fault !== undefined) {
    const once = fault;
    fault = undefined;
    return once;
  }
  if (operation === "GET /data/schemas/users.json") return { text: JSON.stringify(schema) };
  return operation === "GET /data/catalogue/users.jsonl" ? { text: JSON.stringify(imported) } : undefined;
};

let endpoint: ScriptedEndpoint;
/** All consumers of the stream get each record. */
let handle: (...contents: unknown[]) => Promise<unknown>;
beforeEach(async () => {
  process.env.HAS_USERS = "true";
  const consumers = await consumer({ answer });
  ({ endpoint } = consumers);
  handle = (...contents) =>
    consumers.handle({ Records: contents.map((content, index) => createRecord(index, content)) });
});
afterEach(() => {
  delete process.env.HAS_USERS;
});

const update = (properties: unknown, more: object = {}) => ({ userUpdate: { userId: "10042", properties }, ...more });
const usersSent = () =>
  endpoint
    .of("POST /users")
    .flatMap(({ body }) => (body as { users: { userId: string; properties: string }[] }).users)
    .map(({ userId, properties }) => [userId, JSON.parse(properties)]);

test("an update changes the properties that it names, and keeps the others", async () => {
  expect(await handle(update({ home: "house" }))).toEqual({ batchItemFailures: [] });
  expect(usersSent()).toEqual([["10042", { home: "house", age: 30 }]]);
});

test("a row whose request had no answer is sent again, also with the values that are stored", async () => {
  await handle(update({ HOME: "boat" }, { timestamp: arrival - 30 }));
  fault = "closes";
  const late = update({ HOME: "house" }, { timestamp: arrival - 20 });
  expect(await handle(late)).not.toEqual({ batchItemFailures: [] });
  // The service may have carried it out, or do so later.
  expect(await handle(late, update({ HOME: "boat" }, { timestamp: arrival - 10 }))).toEqual({ batchItemFailures: [] });
  expect(usersSent().map(([, { home }]) => home)).toEqual(["boat", "house", "boat"]);
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
    [
      "with misspelt properties",
      { userUpdate: { userId: "10042", propertys: { AGE: 1 } } },
      "userUpdate.properties: is missing; it has propertys: did you mean properties?",
    ],
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
    expect(await handle(content)).toEqual({ batchItemFailures: [] });
    expect(reasons(endpoint)).toEqual([reason]);
    expect([...usersSent(), ...endpoint.of("POST /items")]).toEqual([]);
  });
});

test("a stack without users refuses their updates", async () => {
  delete process.env.HAS_USERS;
  const consumers = await consumer();
  await consumers.handlers[0]?.({ Records: [createRecord(1, update({ AGE: 1 }))] });
  expect(reasons(consumers.endpoint)).toEqual([
    "userUpdate: this stack has no users; name their file with recommender:usersFile",
  ]);
});
