// The JSON Schemas of the contract, each a file in contract/schemas. Requests and events are
// those that the handlers validate with; answers are described here, and the tests compare them
// with what the handlers return.
import { z } from "zod";
import { visitorEvent } from "../../functions/ingestion/events/event-schema";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema";
import { userUpdate } from "../../functions/ingestion/users/user-update-schema";
import { recommendRequest, rerankRequest } from "../../functions/serving/request-schemas";
import * as examples from "./examples";
import { type Additions, type JsonSchema, toInputSchema } from "./json-schema";
import { createReplySchema } from "./reply-schema";

const visitor = {
  userId: { description: "The visitor's id after sign-in." },
  sessionId: { description: "The visitor's session. In a request it is used when there is no userId." },
} satisfies Additions;

const animal = {
  animalMetadata: { description: "The attributes of a pet. They define its group, which is the model's item." },
  animal_species_id: { description: "Species: 1 is a cat, 2 a dog." },
  animal_primary_breed_id: { description: "Breed, such as Saint_Bernard. It may contain hyphens and spaces." },
  animal_size_id: { description: "Size, from 1 (very small) to 5 (very large)." },
  animal_age_id: { description: "Age, from 1 (newborn) to 5 (senior)." },
} satisfies Additions;

/** A time as a number is in seconds since 1970; milliseconds are refused. */
const seconds = { minimum: 0, maximum: 1e11 };

const eventFields: Additions = {
  ...visitor,
  ...animal,
  eventType: { description: "One of the stack's event types (configuration key eventTypes)." },
  itemId: { description: "Without animalMetadata: an item of the catalogue, by its own id." },
  eventId: { description: "Events with the same id count once. Default: the id of the record." },
  timestamp: {
    description:
      "When it happened: epoch seconds, or ISO 8601 with an offset; at most five minutes after the record's arrival. " +
      "Default: the arrival.",
    ...seconds,
  },
  eventValue: { description: "A value of the event, such as a price." },
  recommendationId: { description: "The header x-recommendation-id of the answer in which the visitor saw the item." },
  impression: {
    description:
      "The ids of the items that the visitor saw, of which the event's item is one. They win over recommendationId.",
    maxItems: 25,
  },
  context: {
    description:
      "The stack's own columns of its Interactions schema (interactionsSchemaFile), by their names and with their types. " +
      "null is the same as leaving a column out.",
    maxProperties: 150,
  },
};

const updateFields: Additions = {
  ...animal,
  itemUpdate: { description: "The item, and what changes. Other columns of the item stay." },
  itemId: eventFields.itemId as Additions[string],
  available: { description: "Whether the item may be recommended." },
  columns: { description: "New values by column of the items' schema. null removes a value." },
  timestamp: {
    description:
      "When it changed: epoch seconds, or ISO 8601 with an offset; at most five minutes after the record's arrival. An " +
      "update that is older than the item's latest one has no effect. Default: the arrival.",
    ...seconds,
  },
};

const userUpdateFields: Additions = {
  userUpdate: { description: "The user, and what changes. Other properties of the user stay." },
  userId: { description: "The user's id, as in events after sign-in." },
  properties: { description: "New values by column of the users' schema. null removes a value.", minProperties: 1 },
  timestamp: {
    description: (updateFields.timestamp?.description ?? "").replace("the item's", "the user's"),
    ...seconds,
  },
};

const requestFields: Additions = {
  ...visitor,
  ...animal,
  limit: { description: "How many items, from 1 to 500. Default: 10. At most 50 at a placement with columns." },
  filter: { description: "The name of one of the stack's filters." },
  filterValues: { description: 'The filter\'s parameters. Texts are in quotes: "1","2".', maxProperties: 25 },
  context: {
    description: "Columns of the Interactions schema, such as the visitor's device: the same object as in an event.",
    maxProperties: 150,
  },
  promotionValues: { description: "As filterValues, for the filter of the placement's promotion.", maxProperties: 25 },
  placement: {
    description:
      "One of the stack's placements (configuration key placements). Default: recommendation. A stack without " +
      "placements refuses this field, itemId and promotionValues.",
  },
  itemMetadataList: { description: "The list to rank. At most 500 different groups and items." },
  itemId: { description: "With animalMetadata the caller's own id of a pet, otherwise the catalogue's own item id." },
};

const relatedItem = {
  description: "The item whose relatives are wanted. Only at a placement that needs one: there it is required.",
};

/** At least one of the two; null is the same as absent. */
const hasItem: JsonSchema[] = [
  { required: ["animalMetadata"], properties: { animalMetadata: { type: "object" } } },
  { required: ["itemId"], properties: { itemId: { type: ["string", "number"] } } },
];

/** At least one of the two; null is the same as absent. */
const hasChange: JsonSchema[] = [
  { required: ["available"], properties: { available: { type: "boolean" } } },
  { required: ["columns"], properties: { columns: { type: "object", minProperties: 1 } } },
];

/** The schema of an update with the rules that zod checks by functions. */
function createUpdateSchema(): JsonSchema {
  const { properties = {}, ...schema } = toInputSchema(itemUpdate(), updateFields);
  const change = { ...(properties.itemUpdate as JsonSchema), allOf: [{ anyOf: hasItem }, { anyOf: hasChange }] };
  return { ...schema, properties: { ...properties, itemUpdate: change } };
}

const dialect = "https://json-schema.org/draft/2020-12/schema";

/** Returns the schemas by file name. */
export function createSchemas(): Record<string, JsonSchema> {
  return {
    "visitor-event.json": entitle(
      "Visitor event",
      "What a visitor did with an item. Other properties are kept in the archive.",
      { ...toInputSchema(visitorEvent([], []), eventFields), anyOf: hasItem },
    ),
    "item-update.json": entitle(
      "Item update",
      "What changed about an item. Other properties are kept in the archive.",
      createUpdateSchema(),
    ),
    "user-update.json": entitle(
      "User update",
      "What changed about a user. Other properties are kept in the archive.",
      toInputSchema(userUpdate(), userUpdateFields),
    ),
    "stream-record.json": {
      $schema: dialect,
      title: "Stream record",
      description:
        "The data of a record on the stream, as UTF-8 JSON: a visitor event, or an update of an item or a user, alone or " +
        "in a wrapper.",
      if: { type: "object", required: ["Partitionkey", "Data"] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { Data: { $ref: "#/$defs/content" } } },
      else: { $ref: "#/$defs/content" },
      examples: [
        examples.petEvent,
        examples.itemEvent,
        examples.deviceEvent,
        examples.availability,
        examples.columns,
        examples.properties,
        examples.wrappedEvent,
      ],
      $defs: {
        content: {
          not: { type: "object", required: ["itemUpdate", "userUpdate"] },
          if: { type: "object", required: ["itemUpdate"] },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { $ref: "item-update.json" },
          else: {
            if: { type: "object", required: ["userUpdate"] },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: { $ref: "user-update.json" },
            else: { $ref: "visitor-event.json" },
          },
        },
      },
    },
    "recommend-request.json": entitle(
      "Request for recommendations",
      "Without userId and sessionId the answer is popular items.",
      {
        ...toInputSchema(recommendRequest(), { ...requestFields, itemId: relatedItem }),
        examples: Object.values(examples.recommendRequests),
      },
    ),
    "rerank-request.json": entitle("Request for a ranking", "A list of pets or items, to be sorted for the visitor.", {
      ...toInputSchema(rerankRequest(), requestFields),
      examples: Object.values(examples.rerankRequests),
    }),
    "recommend-answer.json": entitle(
      "Recommendations",
      "Items, the best first.",
      toSchema(recommendAnswer, examples.recommendAnswer),
    ),
    "rerank-answer.json": entitle(
      "Ranking",
      "The list, sorted for the visitor.",
      toSchema(rerankAnswer, examples.rerankAnswer),
    ),
    "recommend-reply.json": entitle(
      "Reply with recommendations",
      replyDescription,
      createReplySchema("recommend-answer.json"),
    ),
    "rerank-reply.json": entitle("Reply with a ranking", replyDescription, createReplySchema("rerank-answer.json")),
    "refusal.json": entitle(
      "Refusal",
      "Why a request was refused (400), or that there is no answer at the moment (503).",
      toSchema(refusal, examples.refusal),
    ),
  };
}

const replyDescription =
  "What Lambda's Invoke returns. With the header X-Amz-Function-Error the function failed, and the payload is another.";

const entitle = (title: string, description: string, { $schema = dialect, ...schema }: JsonSchema): JsonSchema => ({
  $schema,
  title,
  description,
  ...schema,
});

/** Answers may get more properties later: the schemas are open. */
const toSchema = (schema: z.ZodType, example: unknown): JsonSchema => ({
  ...(z.toJSONSchema(schema, { io: "input" }) as JsonSchema),
  examples: [example],
});

const recommendAnswer = z.array(
  z.object({
    id: z.string().describe("With the pets' data a group: species-breed-size-age."),
    columns: z
      .record(z.string(), z.string())
      .optional()
      .describe("At a placement with columns: those that the item has, as text; none in a fallback."),
  }),
);

const rerankAnswer = z.object({
  ranking: z.array(z.string()).describe("The itemIds of the request, the best first."),
  personalizeResponse: z
    .object({
      ResponseMetadata: z
        .object({
          RequestId: z.string(),
          HTTPStatusCode: z.number().describe("0 when the service was not called."),
          HTTPHeaders: z
            .record(z.string(), z.string())
            .describe("The headers of the service's answer, by lower-case name; empty when it was not called."),
          RetryAttempts: z.number(),
        })
        .describe("Metadata in the form of boto3."),
      personalizedRanking: z
        .array(z.object({ itemId: z.string(), score: z.number().optional().describe("Absent in a fallback.") }))
        .describe("The groups and items as the service ranked them."),
      recommendationId: z.string().optional(),
    })
    .describe("The answer of Amazon Personalize."),
});

const refusal = z.object({
  message: z.string().describe("Which field, and what is wrong: `limit: must be a whole number from 1 to 500`."),
});
