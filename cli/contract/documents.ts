import { createAsyncApi } from "./asyncapi";
import { createOpenApi } from "./openapi";
import { createSchemas } from "./schemas";

/** Returns the texts of the contract's documents, by their paths in docs/contract. */
export function createDocuments(): Map<string, string> {
  const schemas = Object.entries(createSchemas()).map(([file, schema]) => [`schemas/${file}`, schema] as const);
  const documents = [["asyncapi.json", createAsyncApi()], ["openapi.json", createOpenApi()], ...schemas] as const;
  return new Map(documents.map(([path, document]) => [path, `${JSON.stringify(document, null, 2)}\n`]));
}
