import { expect, test } from "vitest";
import { checkAvroSchema, checkSchemaChange } from "../../dynamic-providers/checks/avro-schema.ts";

const record = (name: string, fields: object[], more = {}) =>
  JSON.stringify({
    type: "record",
    name,
    namespace: "com.amazonaws.personalize.schema",
    version: "1.0",
    fields,
    ...more,
  });
const itemId = { name: "ITEM_ID", type: "string" };
const species = { name: "SPECIES", type: ["null", "string"], categorical: true };
const userId = { name: "USER_ID", type: "string" };
const timestamp = { name: "TIMESTAMP", type: "long" };

test("schemas of the three types pass", () => {
  expect(checkAvroSchema(record("Items", [itemId, species]))).toEqual([]);
  expect(checkAvroSchema(record("Users", [userId, { name: "AGE", type: "int" }]))).toEqual([]);
  expect(checkAvroSchema(record("Interactions", [userId, itemId, timestamp]))).toEqual([]);
});

test.each([
  ["{", [/^The text is not JSON: /]],
  ["null", [/`type`/, /`name`/, /`namespace`/, /`version`/, /`fields`/]],
  [record("Pets", [itemId]), [/`name` must be Interactions, Items or Users/]],
  [record("Items", [itemId, species], { version: "2", namespace: "x" }), [/`namespace`/, /`version`/]],
  [record("Items", [itemId]), [/Items needs at least one column in addition to ITEM_ID/]],
  [record("Items", [species, { name: "ITEM_ID", type: "long" }]), [/Column ITEM_ID of type string is required/]],
  [record("Interactions", [userId, itemId]), [/Column TIMESTAMP of type long is required/]],
  [
    record("Items", [itemId, { name: "TAGS", type: { type: "array", items: "string" } }]),
    [/Column TAGS: the type must be/],
  ],
  [
    record("Items", [itemId, { name: "GENRES_FIELD_1", type: "string" }, { name: "GENRESFIELD1", type: "string" }]),
    [/Column GENRESFIELD1 conflicts with GENRES_FIELD_1/],
  ],
  ["x".repeat(20_001), [/at most 20,000 characters/]],
])("every broken rule is reported at once: %.60s", (text, rules) => {
  expect(checkAvroSchema(text)).toEqual(rules.map((rule) => expect.stringMatching(rule)));
});

const texts = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `C${index}`, type: "string" }));
const event = [userId, itemId, timestamp];
const reserved = { name: "EVENT_TYPE", type: "string" };

// Guide, "Endpoints and quotas" and "Interactions dataset" (reserved columns).
test.each<[string, string, object[], RegExp | undefined]>([
  ["five columns of events", "Interactions", [...event, reserved, ...texts(5)], undefined],
  ["six columns of events", "Interactions", [...event, reserved, ...texts(6)], /has 6 columns .* the quota is 5\.$/],
  ["a hundred columns of items", "Items", [itemId, ...texts(100)], undefined],
  ["more columns of items", "Items", [itemId, ...texts(101)], /the quota is 100\.$/],
  ["more columns of users", "Users", [userId, ...texts(26)], /the quota is 25\.$/],
  ["one textual column of items", "Items", [itemId, { ...species, categorical: false, textual: true }], undefined],
  [
    "two textual columns of items",
    "Items",
    [itemId, ...texts(2).map((column) => ({ ...column, textual: true }))],
    /has 2 textual columns; the quota is 1\.$/,
  ],
  ["a textual column of events", "Interactions", [...event, { ...species, textual: true }], /the quota is 0\.$/],
  ["a number as event type", "Interactions", [...event, { name: "EVENT_TYPE", type: "int" }], /must be of type string/],
  [
    "a categorical event type",
    "Interactions",
    [...event, { ...reserved, categorical: true }],
    /must not be categorical/,
  ],
  ["items with nothing but a time", "Items", [itemId, { name: "CREATION_TIMESTAMP", type: "long" }], /at least one/],
])("%s", (_what, name, fields, problem) => {
  expect(checkAvroSchema(record(name, fields))).toEqual(problem ? [expect.stringMatching(problem)] : []);
});

test("a nullable column may be added, in any order and formatting", () => {
  const wider = record("Items", [{ name: "AGE", type: ["int", "null"] }, species, itemId]);

  expect(checkSchemaChange(record("Items", [itemId, species]), wider)).toEqual([]);
});

test("an old column must stay, with type and attributes", () => {
  const old = record("Items", [itemId, species]);
  const kept = [expect.stringMatching(/^Column SPECIES must stay as it is/)];

  expect(checkSchemaChange(old, record("Items", [itemId]))).toEqual(kept);
  expect(checkSchemaChange(old, record("Items", [itemId, { ...species, categorical: false }]))).toEqual(kept);
  expect(checkSchemaChange(old, record("Items", [itemId, { ...species, type: "string" }]))).toEqual(kept);
});

test("a new column must allow null", () => {
  const wider = record("Items", [itemId, species, { name: "AGE", type: "int" }]);

  expect(checkSchemaChange(record("Items", [itemId, species]), wider)).toEqual([
    "New column AGE must allow null, because existing rows have no value for it.",
  ]);
});
