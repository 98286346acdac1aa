import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceTable } from "../written-table";
import { createSchemas } from "./schemas";

/**
 * Returns the texts of the contract's documents by their paths: the schemas, and docs/contract.md
 * with the table of what a request for recommendations may have.
 */
export function createDocuments(): Map<string, string> {
  const schemas = createSchemas();
  const toText = (schema: object) => `${JSON.stringify(schema, null, 2)}\n`;
  const files = Object.entries(schemas).map(([file, schema]) => [`contract/schemas/${file}`, toText(schema)] as const);
  const fields = Object.entries(schemas["recommend-request.json"]?.properties ?? {});
  const rows = fields.map(([name, field]) => `| \`${name}\` | ${(field as { description?: string }).description} |`);
  const guide = readFileSync(join(__dirname, "../../docs/contract.md"), "utf8");
  const table = ["| field | |", "|---|---|", ...rows].join("\n");
  return new Map<string, string>(files).set("docs/contract.md", replaceTable(guide, "contract", table));
}
