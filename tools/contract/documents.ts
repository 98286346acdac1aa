import { createSchemas } from "./schemas";

/** Returns the texts of the contract's documents, by their paths in docs/contract. */
export function createDocuments(): Map<string, string> {
  const text = (schema: object) => `${JSON.stringify(schema, null, 2)}\n`;
  return new Map(Object.entries(createSchemas()).map(([file, schema]) => [`schemas/${file}`, text(schema)]));
}
