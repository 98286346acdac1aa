import { expect, test } from "vitest";
import { readSchema } from "../../account/services/personalize/formats/avro-schema.ts";
import { interactionFields, itemFields, userFields, writeSchema } from "../../record/personalize/pets.ts";

const required = interactionFields.slice(0, 3);
const withField = (field: object) => writeSchema("Interactions", [...required, field as (typeof required)[number]]);

test("the three schemas of custom dataset groups are read", () => {
  expect(readSchema(writeSchema("Interactions", interactionFields)).datasetType).toBe("INTERACTIONS");
  expect(readSchema(writeSchema("Users", userFields)).datasetType).toBe("USERS");
  expect(readSchema(writeSchema("Items", itemFields))).toEqual({
    datasetType: "ITEMS",
    fields: [
      { name: "ITEM_ID", type: "string", nullable: false, categorical: false, textual: false },
      { name: "SPECIES", type: "string", nullable: false, categorical: true, textual: false },
      { name: "STATUS", type: "string", nullable: true, categorical: true, textual: false },
      { name: "AGE", type: "int", nullable: true, categorical: false, textual: false },
      { name: "CREATION_TIMESTAMP", type: "long", nullable: true, categorical: false, textual: false },
    ],
  });
});

test.each([
  ["no JSON", "{", "it is not JSON"],
  ["a list", "[]", "it is not a JSON object"],
  ["an unknown name", writeSchema("Pets", required), 'name is "Pets"; it must be Interactions, Items or Users'],
  ["another namespace", writeSchema("Users", userFields).replace("com.amazonaws", "org.pets"), "namespace must be"],
  ["another version", writeSchema("Users", userFields).replace("1.0", "2.0"), 'version must be "1.0"'],
  ["a missing column", writeSchema("Interactions", required.slice(1)), "the required fields USER_ID are missing"],
  [
    "a nullable id",
    writeSchema("Users", [
      { name: "USER_ID", type: ["null", "string"] },
      { name: "X", type: "int" },
    ]),
    "USER_ID must have the type",
  ],
  [
    "a time that is a text",
    writeSchema("Interactions", [...required.slice(0, 2), { name: "TIMESTAMP", type: "string" }]),
    'TIMESTAMP must have the type "long"',
  ],
  ["a reserved name of another type", withField({ name: "EVENT_VALUE", type: "string" }), "EVENT_VALUE is reserved"],
  [
    "a categorical event type",
    withField({ name: "EVENT_TYPE", type: "string", categorical: true }),
    "EVENT_TYPE must not be categorical",
  ],
  ["a list as type", withField({ name: "X", type: { type: "array", items: "string" } }), "X has the type"],
  ["a union of two types", withField({ name: "X", type: ["int", "string"] }), "X has the type"],
  [
    "a categorical number",
    withField({ name: "X", type: "int", categorical: true }),
    "X: only a string is categorical or textual",
  ],
  [
    "a flag that is a text",
    withField({ name: "X", type: "string", categorical: "yes" }),
    "X: categorical must be true or false",
  ],
  [
    "names equal but for underscores",
    writeSchema("Items", [...itemFields, { name: "SPE_CIES", type: "int" }]),
    "the fields SPECIES and SPE_CIES have the same name but for underscores",
  ],
  ["no metadata", writeSchema("Items", [{ name: "ITEM_ID", type: "string" }]), "it needs one metadata field at least"],
  [
    "six columns of one's own",
    writeSchema("Interactions", [...required, ..."ABCDEF".split("").map((name) => ({ name, type: "int" }))]),
    "it has 6 metadata fields; the quota is 5",
  ],
  [
    "text of users",
    writeSchema("Users", [...userFields, { name: "BIO", type: "string", textual: true }]),
    "BIO: only Items have text",
  ],
])("%s is refused with the reason", (_, text, reason) => {
  expect(() => readSchema(text)).toThrow(reason);
});
