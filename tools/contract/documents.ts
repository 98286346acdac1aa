import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceTable } from "../written-table";
import { createSchemas } from "./schemas";

const guide = "docs/contract.md";

/**
 * Returns the texts of the contract's documents by their paths: the schemas, and docs/contract.md
 * with the table of what a request for recommendations may have.
 */
export function createDocuments(): Map<string, string> {
  const schemas = createSchemas();
  const text = (schema: object) => `${JSON.stringify(schema, null, 2)}\n`;
  const files = Object.entries(schemas).map(([file, schema]) => [`contract/schemas/${file}`, text(schema)] as const);
  const rows = Object.entries(schemas["recommend-request.json"]?.properties ?? {}).map(
    ([name, property]) => `| \`${name}\` | ${(property as { description?: string }).description} |`,
  );
  const written = readFileSync(join(__dirname, "../..", guide), "utf8");
  return new Map([
    ...files,
    [guide, replaceTable(written, "contract", ["| field | |", "|---|---|", ...rows].join("\n"))],
  ]);
}
