// zod/mini has no messages: a rule without one would answer "Invalid input".
import fc from "fast-check";
import { expect, test } from "vitest";
import { visitorEvent } from "../../functions/ingestion/events/event-schema.ts";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema.ts";
import { userUpdate } from "../../functions/ingestion/users/user-update-schema.ts";
import { recommendRequest, rerankRequest } from "../../functions/serving/request-schemas.ts";
import { describeIssues } from "../../functions/support/issues.ts";

const columns = [
  { name: "DEVICE", type: "string" },
  { name: "AGE", type: ["null", "int"] },
];
const schemas = {
  event: visitorEvent(["DetailView"], columns),
  itemUpdate: itemUpdate(),
  userUpdate: userUpdate(),
  recommend: recommendRequest(),
  rerank: rerankRequest(),
};

const wrong = fc.oneof(
  fc.constantFrom<unknown>(
    ...["", " ", "2026-01-01T00:00:00", "2026-01-01", "yesterday", "1.5", "1e400", "-1", "x".repeat(300), "nul\u0000"],
    ...[-1, 0, 0.5, 1e300, 2 ** 60, true, null, [], {}, [null], [""], { a: {} }, { "a b": "c" }, { "": "" }],
  ),
  fc.anything({ maxDepth: 2 }),
);
const keys = {
  event: ["userId", "sessionId", "eventType", "itemId", "eventId", "timestamp", "eventValue", "recommendationId"],
  eventToo: ["impression", "context", "animalMetadata"],
  request: ["filter", "filterValues", "promotionValues", "placement", "limit", "itemMetadataList"],
  update: ["itemUpdate", "available", "columns", "userUpdate", "properties"],
};
const field = fc.constantFrom(...Object.values(keys).flat());
const record = fc.dictionary(field, fc.oneof(wrong, fc.dictionary(field, wrong, { maxKeys: 3 })), { maxKeys: 4 });

test("a refusal names its rule", () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(schemas)), record, (schema, value) => {
      // What JSON cannot contain does not arrive.
      const { success, error } = schema.safeParse(JSON.parse(JSON.stringify(value)));
      if (!success) expect(describeIssues(error, "record")).not.toContain("Invalid");
    }),
    { numRuns: 5_000 },
  );
});
