// The JSON Schemas of the contract: they accept what the handlers accept, and describe each field.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { toJSONSchema } from "zod";
import type * as z from "zod/mini";
import type { ItemUpdate, RecommendRequest, RerankRequest, UserUpdate, VisitorEvent } from "../../contract/index.js";
import { visitorEvent } from "../../functions/ingestion/events/event-schema.ts";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema.ts";
import { userUpdate } from "../../functions/ingestion/users/user-update-schema.ts";
import { recommendRequest, rerankRequest } from "../../functions/serving/request-schemas.ts";
import { contractSchemas, validatorOf } from "../support/contract-schemas.mts";

const guide = readFileSync(join(import.meta.dirname, "../../docs/contract.md"), "utf8");
const read = (file: string) => contractSchemas.get(file) ?? {};
const errorsOf = (file: string, value: unknown) => {
  const validate = validatorOf(file);
  validate(value);
  return validate.errors ?? [];
};

test.each([...contractSchemas.keys()])("%s is complete, and its examples are valid", (file) => {
  // Compiled, it has no reference that leads nowhere.
  expect(validatorOf(file)).toBeTypeOf("function");
  for (const example of read(file).examples ?? []) expect([example, errorsOf(file, example)]).toEqual([example, []]);
});

test("each property of an event or a request has a description", () => {
  for (const file of ["visitor-event", "item-update", "user-update", "recommend-request", "rerank-request"]) {
    for (const [name, { description }] of Object.entries(read(`${file}.json`).properties ?? {})) {
      expect([file, name, description]).toEqual([file, name, expect.any(String)]);
    }
  }
});

describe("docs/contract.md", () => {
  test("describes the fields of a request for recommendations as its schema does", () => {
    const rows = Object.entries(read("recommend-request.json").properties ?? {});
    const table = [
      "| field | |",
      "|---|---|",
      ...rows.map(([name, field]) => `| \`${name}\` | ${field.description} |`),
    ];
    expect(guide).toContain(`\n\n${table.join("\n")}\n\n`);
  });

  test("has valid examples", () => {
    const blocks = [...guide.matchAll(/```json\n(.*?)```/gs)];
    const values = blocks.map(([, text = ""]) => JSON.parse(text) as Record<string, unknown>);
    const fileOf = (value: Record<string, unknown>) =>
      ["eventType", "itemUpdate", "userUpdate"].some((key) => key in value)
        ? "stream-record.json"
        : "itemMetadataList" in value
          ? "rerank-request.json"
          : undefined;
    const files = values.map(fileOf);
    expect(files.filter((file) => file !== undefined).sort()).toEqual([
      "rerank-request.json",
      "stream-record.json",
      "stream-record.json",
      "stream-record.json",
    ]);
    for (const [index, value] of values.entries()) {
      const file = files[index];
      if (file) expect(errorsOf(file, value)).toEqual([]);
      else expect(errorsOf("recommend-answer.json", JSON.parse(String(value.body)))).toEqual([]);
    }
  });
});

test("a record that is two updates is none", () => {
  const itemUpdate = { itemId: "sku-318", available: true };
  const userUpdate = { userId: "10042", properties: { HOME: "flat" } };
  expect([{ itemUpdate }, { userUpdate }].flatMap((record) => errorsOf("stream-record.json", record))).toEqual([]);
  expect(errorsOf("stream-record.json", { itemUpdate, userUpdate })).not.toEqual([]);
});

// The compiler checks this one: `npm run check`.
test("handlers accept each value of the types that other teams import", () => {
  type Accepted<Schema extends (...types: never) => z.ZodMiniType> = z.input<ReturnType<Schema>>;
  expectTypeOf<VisitorEvent>().toExtend<Accepted<typeof visitorEvent>>();
  expectTypeOf<ItemUpdate>().toExtend<Accepted<typeof itemUpdate>>();
  expectTypeOf<UserUpdate>().toExtend<Accepted<typeof userUpdate>>();
  expectTypeOf<RecommendRequest>().toExtend<Accepted<typeof recommendRequest>>();
  expectTypeOf<RerankRequest>().toExtend<Accepted<typeof rerankRequest>>();
});

/** The names of all properties in a schema, at any depth. */
function listProperties(schema: unknown): string[] {
  if (schema === null || typeof schema !== "object") return [];
  const { properties = {}, ...others }: { properties?: object } = schema;
  return [
    ...Object.keys(properties),
    ...[...Object.values(properties), ...Object.values(others)].flatMap(listProperties),
  ];
}

describe("a schema accepts what the handler accepts, and refuses what it refuses", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`K${i}`, "v"]));
  /**
   * Values that a field may or may not have. Texts of digits are in range: JSON Schema has no
   * limits for them.
   */
  const values: unknown[] = [
    null,
    true,
    [],
    {},
    { A: "b" },
    { A: 1 },
    { A: true },
    { A: null },
    { A: "" },
    { A: "x".repeat(1_001) },
    { "": "b" },
    { A: {} },
    { ["k".repeat(51)]: "v" },
    many(26),
    many(151),
    "",
    "x",
    "12",
    "1.5",
    "x".repeat(41),
    "x".repeat(64),
    "x".repeat(257),
    "undefined",
    " NaN ",
    "(not set)",
    "2026-03-01T12:30:00Z",
    "2026-03-01",
    0,
    1,
    500,
    501,
    -1,
    2.5,
    1e12,
  ];
  const any = fc.constantFrom(...values);
  const mostly = (good: unknown) =>
    fc.oneof({ weight: 9, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: any });
  /** Objects with most of the fields, and sometimes another one. */
  const objects = (fields: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[] = []) =>
    fc
      .tuple(fc.record(fields, { requiredKeys }), mostly(undefined))
      .map(([fields, more]) => (more === undefined ? fields : { ...fields, more }));

  const animal = objects(
    {
      animal_species_id: mostly("2"),
      animal_primary_breed_id: mostly("Pug"),
      animal_size_id: mostly(1),
      animal_age_id: mostly(4),
    },
    ["animal_species_id", "animal_primary_breed_id", "animal_size_id"],
  );
  const item = { animalMetadata: fc.oneof(animal, any), itemId: mostly("sku-1") };
  const visitor = { userId: mostly("10042"), sessionId: mostly("s-1") };
  const event = {
    ...visitor,
    ...item,
    // The schema does not say which event types a stack has.
    eventType: fc.constantFrom("DetailView", "DetailView", "DetailView", null, {}, ""),
    eventId: mostly("e-1"),
    timestamp: mostly(1_700_000_000),
    eventValue: mostly(2),
    recommendationId: mostly("RID-1"),
    impression: fc.constantFrom(
      null,
      [],
      ["sku-1", 2],
      [""],
      [{}],
      {},
      "sku-1",
      Array.from({ length: 26 }, () => "x"),
    ),
    context: fc.constantFrom(null, {}, { DEVICE: "phone" }, { DEVICE: null }, { DEVICE: {} }, { "": "b" }, [], "phone"),
  };
  const change = { ...item, available: mostly(true), columns: mostly({ NOTE: "shy" }) };
  const update = {
    itemUpdate: fc.oneof({ weight: 9, arbitrary: objects(change) }, { weight: 1, arbitrary: any }),
    timestamp: mostly(1_700_000_000),
  };
  const known = { userId: mostly("10042"), properties: mostly({ HOME: "flat" }) };
  const ofUser = {
    userUpdate: fc.oneof({ weight: 9, arbitrary: objects(known) }, { weight: 1, arbitrary: any }),
    timestamp: mostly(1_700_000_000),
  };
  const request = {
    ...visitor,
    filter: mostly("species"),
    filterValues: mostly({ SPECIES: '"1"' }),
    context: mostly({ DEVICE: "phone" }),
  };
  const placed = { placement: mostly("similar"), itemId: mostly("sku-1"), promotionValues: mostly({ SINCE: "1" }) };
  const list = fc.array(objects(item, ["itemId"]), { maxLength: 3 });
  // The schema does not say which columns a stack has.
  const columns = [{ name: "DEVICE", type: ["null", "string"] }];
  const handlers = [
    ["visitor-event.json", visitorEvent(["DetailView"], columns), objects(event, ["sessionId", "eventType"])],
    ["item-update.json", itemUpdate(), objects(update, ["itemUpdate"])],
    ["user-update.json", userUpdate(), objects(ofUser, ["userUpdate"])],
    ["recommend-request.json", recommendRequest(), objects({ ...request, ...placed, limit: mostly(10) })],
    ["rerank-request.json", rerankRequest(), objects({ ...request, itemMetadataList: list }, ["itemMetadataList"])],
  ] as const;

  /** The paths of all fields, at any depth; of a list those of its first member. */
  const listPaths = (value: unknown, path: readonly string[] = []): string[][] =>
    value === null || typeof value !== "object"
      ? []
      : Object.entries(value)
          .filter(([key]) => !Array.isArray(value) || key === "0")
          .flatMap(([key, inner]) => [[...path, key], ...listPaths(inner, [...path, key])]);
  /** The same payload with another value at a path. */
  function replaceAt(payload: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown {
    const copy: Record<string, unknown> = Object.assign(Array.isArray(payload) ? [] : {}, payload);
    copy[key] = rest.length === 0 ? value : replaceAt(copy[key], rest, value);
    return copy;
  }
  /** What the schema does not say: which event types and columns a stack has. */
  const isOfStack = (path: string) => /^(eventType|context)(\.|$)/.test(path);

  test.each(handlers)("%s", (file, schema, payloads) => {
    const validate = validatorOf(file);
    let accepted = 0;
    /** An accepted payload with each field, by the field's path. */
    const withField = new Map<string, object>();
    const compare = (payload: unknown): boolean => {
      const { success, error } = schema.safeParse(payload);
      // Describing what each handler refuses would take longer than all the rest.
      if (validate(payload) !== success) {
        expect.fail(`The handler: ${JSON.stringify([payload, error?.issues ?? "accepts"])}`);
      }
      return success;
    };
    const property = fc.property(payloads, (payload) => {
      if (!compare(payload)) return;
      accepted++;
      for (const path of listPaths(payload)) withField.set(path.join("."), payload);
    });
    fc.assert(property, { numRuns: 3_000 });
    expect(accepted).toBeGreaterThan(100);
    for (const [path, payload] of withField) {
      if (!isOfStack(path)) for (const value of values) compare(replaceAt(payload, path.split("."), value));
    }
    const fields = Object.keys(read(file).properties ?? {});
    expect(fields.filter((field) => !withField.has(field))).toEqual([]);
    const own = toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    expect(new Set(listProperties(read(file)))).toEqual(new Set(listProperties(own)));
  });
});
