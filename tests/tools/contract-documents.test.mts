import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod/mini";
import type {
  RecommendAnswer,
  RecommendRequest,
  RerankAnswer,
  RerankRequest,
  UserUpdate,
  VisitorEvent,
} from "../../contract/index.js";
import { visitorEvent } from "../../functions/ingestion/events/event-schema.ts";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema.ts";
import { userUpdate } from "../../functions/ingestion/users/user-update-schema.ts";
import { recommendRequest, rerankRequest } from "../../functions/serving/request-schemas.ts";
import { createDocuments } from "../../tools/contract/documents.ts";
import * as examples from "../../tools/contract/examples.ts";

const root = join(import.meta.dirname, "../..");
/** Where the schemas are, which refer to each other by their names. */
const folder = "contract/schemas";
const documents = createDocuments();
const read = (path: string) => JSON.parse(documents.get(path) ?? "null");
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

const ajv = addFormats(new Ajv2020({ strictTypes: false }));
const schemas = [...documents.keys()].filter((path) => path.startsWith(`${folder}/`));
for (const path of schemas) ajv.addSchema(read(path), basename(path));
/** The validator of a schema in contract/schemas. */
function validatorOf(file: string) {
  const validate = ajv.getSchema(file);
  if (!validate) throw new Error(`contract/schemas/${file} does not exist`);
  return validate;
}
const errorsOf = (file: string, value: unknown) => {
  const validate = validatorOf(file);
  validate(value);
  return validate.errors ?? [];
};

describe("the files that are written", () => {
  test.each([...documents])("%s is current; otherwise run `npm run contract`", (path, text) => {
    expect(readFileSync(join(root, path), "utf8")).toBe(text);
  });

  test("each reference leads to something", () => {
    for (const path of schemas) {
      for (const reference of findReferences(read(path))) {
        const [file = "", pointer = ""] = reference.split("#");
        const target = file === "" ? path : join(dirname(path), file);
        expect([reference, documents.has(target) && follow(read(target), pointer)]).not.toEqual([reference, undefined]);
        expect([reference, documents.has(target)]).toEqual([reference, true]);
      }
    }
  });

  test("each property of an event or a request has a description", () => {
    for (const file of ["visitor-event", "item-update", "user-update", "recommend-request", "rerank-request"]) {
      for (const [name, property] of Object.entries(read(`${folder}/${file}.json`).properties)) {
        expect([file, name, (property as { description?: string }).description]).toEqual([
          file,
          name,
          expect.any(String),
        ]);
      }
    }
  });
});

/** All `$ref`s in a document. */
function findReferences(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "$ref" && typeof each === "string" ? [each] : findReferences(each),
  );
}

/** Returns the value at a JSON pointer. */
function follow(document: unknown, pointer: string): unknown {
  const parts = pointer.split("/").slice(1);
  return parts.reduce<unknown>((found, part) => (found as Record<string, unknown> | undefined)?.[part], document);
}

describe("the examples", () => {
  test.each([
    ["stream-record.json", examples.petEvent],
    ["stream-record.json", examples.itemEvent],
    ["stream-record.json", examples.deviceEvent],
    ["stream-record.json", examples.availability],
    ["stream-record.json", examples.columns],
    ["stream-record.json", examples.properties],
    ["stream-record.json", examples.wrappedEvent],
    ...Object.values(examples.recommendRequests).map((request) => ["recommend-request.json", request] as const),
    ...Object.values(examples.rerankRequests).map((request) => ["rerank-request.json", request] as const),
    ["recommend-answer.json", examples.recommendAnswer],
    ["rerank-answer.json", examples.rerankAnswer],
    ["refusal.json", examples.refusal],
  ] as const)("of %s are valid: %j", (file, example) => {
    expect(errorsOf(file, example)).toEqual([]);
  });

  test("have the types that other teams import", () => {
    const events: VisitorEvent[] = [
      examples.petEvent,
      examples.itemEvent,
      examples.deviceEvent,
      examples.wrappedEvent.Data,
    ];
    // The same object is sent with an event and with a request.
    const request: RecommendRequest = { context: examples.deviceEvent.context };
    expect(request.context).toEqual({ DEVICE: "phone" });
    const requests: RecommendRequest[] = Object.values(examples.recommendRequests);
    const rankings: RerankRequest[] = Object.values(examples.rerankRequests);
    const answers: [RecommendAnswer, RerankAnswer] = [examples.recommendAnswer, examples.rerankAnswer];
    // The compiler compares them; the handlers' schemas accept every value of these types.
    type Accepts<Schema extends (...types: never) => z.ZodMiniType> = z.input<ReturnType<Schema>>;
    const accepted: Accepts<typeof visitorEvent>[] = events;
    const update: UserUpdate = examples.properties;
    const updated: Accepts<typeof userUpdate> = update;
    expect(updated).toBe(update);
    const asked: Accepts<typeof recommendRequest>[] = requests;
    const ranked: Accepts<typeof rerankRequest>[] = rankings;
    expect([accepted, asked, ranked, answers].every((values) => values.length > 0)).toBe(true);
  });

  test("in docs/contract.md are valid", () => {
    const blocks = [...readFileSync(join(root, "docs/contract.md"), "utf8").matchAll(/```json\n(.*?)```/gs)];
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
  expect(errorsOf("stream-record.json", { ...examples.columns, ...examples.properties })).not.toEqual([]);
});

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

  test.each(handlers)("%s", (file, schema, payloads) => {
    const validate = validatorOf(file);
    let accepted = 0;
    const given = new Set<string>();
    const property = fc.property(payloads, (payload) => {
      for (const field of Object.keys(payload)) given.add(field);
      const { success, error } = schema.safeParse(payload);
      if (success) accepted++;
      // Describing what each handler refuses would take longer than all the rest.
      if (validate(payload) !== success) expect.fail(`The handler: ${JSON.stringify(error?.issues ?? "accepts")}`);
    });
    fc.assert(property, { numRuns: 3_000, seed: 1 });
    expect(accepted).toBeGreaterThan(100);
    const fields = Object.keys(read(`${folder}/${file}`).properties);
    expect(fields.filter((field) => !given.has(field))).toEqual([]);
  });
});
