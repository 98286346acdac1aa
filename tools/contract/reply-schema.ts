import type { JsonSchema } from "./json-schema";

/**
 * Creates the schema of a function's reply, in the form of API Gateway's proxy integration: `body`
 * is JSON text.
 */
export function createReplySchema(answer: string): JsonSchema {
  const body = (file: string): JsonSchema => ({
    type: "string",
    contentMediaType: "application/json",
    contentSchema: { $ref: file },
  });
  return {
    type: "object",
    required: ["statusCode", "body"],
    oneOf: [
      {
        properties: {
          statusCode: { const: 200 },
          headers: { type: "object", properties: headers },
          body: body(answer),
        },
      },
      { properties: { statusCode: { enum: [400, 503] }, body: body("refusal.json") } },
    ],
  };
}

const headers: Readonly<Record<string, JsonSchema>> = {
  "x-recommendation-source": {
    enum: ["personalize", "fallback", "list"],
    description: "fallback: popular items, because the campaign was not available. list: the placement is a list.",
  },
  "x-recommendation-id": {
    type: "string",
    description: "Send it as recommendationId in the visitor's next event.",
  },
  "x-recommendation-placement": { type: "string", description: "The placement of a request that named one." },
  "x-recommendation-variant": { type: "string", description: "The visitor's variant, at an experiment's placement." },
  "x-recommendation-filter": { const: "not-applied", description: "No filter was applied to the fallback." },
};
