// JSON Schemas of what the handlers accept. zod writes most of them; this file adds the limits that
// zod checks after a conversion, and what people read.

import { type core, toJSONSchema } from "zod";

export type JsonSchema = core.JSONSchema.BaseSchema;

/** Descriptions of properties by name, and limits that the handler checks with a function. */
export type Additions = Readonly<Record<string, { description: string } & JsonSchema>>;

/** In a schema that is not finished: the limits of a conversion's result. */
const limitsKey = "x-limits";

/**
 * Returns the JSON Schema of what a handler accepts: before it converts numbers to texts, and texts
 * to times.
 */
export function toInputSchema(schema: core.$ZodType, additions: Additions): JsonSchema {
  const written = toJSONSchema(schema, {
    io: "input",
    // Conversions and checks by functions, which have no form in JSON Schema.
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const limits = findLimits(zodSchema);
      if (limits) jsonSchema[limitsKey] = limits;
    },
  });
  return finish(written as JsonSchema, additions);
}

/**
 * In `text()` and `wholeNumber()` the result of a conversion has limits, which the texts or numbers
 * before it have too.
 */
function findLimits({ _zod: { def } }: core.$ZodTypes): JsonSchema | undefined {
  if (def.type !== "pipe" || !["string", "number"].includes(def.out._zod.def.type)) return undefined;
  const { $schema, ...limits } = toJSONSchema(def.out) as JsonSchema;
  return limits;
}

/** Finishes a schema and those in it. */
function finish({ [limitsKey]: limits, pattern, ...schema }: JsonSchema, additions: Additions): JsonSchema {
  const { type, anyOf, items, additionalProperties, properties } = schema;
  const finished: JsonSchema = { ...schema };
  // The format says the same as its long pattern.
  if (pattern && !schema.format) finished.pattern = pattern;
  if (items) finished.items = finish(items as JsonSchema, additions);
  if (typeof additionalProperties === "object") finished.additionalProperties = finish(additionalProperties, additions);
  if (properties) {
    const all = Object.entries(properties).map(([name, property]): [string, JsonSchema] => [
      name,
      { ...additions[name], ...finish(property as JsonSchema, additions) },
    ]);
    finished.properties = Object.fromEntries(all);
  }
  const alternatives = Array.isArray(type) ? type.map((each): JsonSchema => ({ type: each })) : (anyOf as JsonSchema[]);
  if (!alternatives) return finished;
  delete finished.type;
  const all = alternatives
    .map((each) => finish(each, additions))
    .flatMap((each) => (each.anyOf as JsonSchema[]) ?? [each]);
  finished.anyOf = limits ? all.map((each) => limit(each, limits as JsonSchema)) : all;
  return finished;
}

/** Limits the alternative that the conversion leaves as it is; a text of digits stays a text. */
function limit(alternative: JsonSchema, limits: JsonSchema): JsonSchema {
  const kind = limits.type === "integer" ? "number" : limits.type;
  return alternative.type === kind ? { ...alternative, ...limits } : alternative;
}
