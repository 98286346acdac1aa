import type { CsvFile } from "./seed-data";

/**
 * Event types and optional columns that an Interactions dataset takes in all (Personalize's quotas). With more, every
 * later training fails, and no event can be deleted alone.
 */
const mostTypesAndColumns = 10;

const requiredColumns = ["USER_ID", "ITEM_ID", "TIMESTAMP"];

/**
 * The event types that the stack takes: those given, else those of the imported interactions. Throws when they, the types
 * in the file and the schema's optional columns are more than a dataset takes.
 */
export function eventTypes(
  interactions: CsvFile,
  schemaText: string,
  given: readonly string[] | undefined,
  fallback: string,
): string[] {
  const imported = typesIn(interactions, fallback);
  const accepted = [...(given ?? imported)];
  const { fields } = JSON.parse(schemaText) as { fields: { name: string }[] };
  const columns = fields.filter(({ name }) => !requiredColumns.includes(name.toUpperCase())).length;
  const types = new Set([...accepted, ...imported]).size;
  if (types + columns > mostTypesAndColumns) {
    throw new Error(
      `recommender:eventTypes: ${types} event types, of the configuration and of interactionsFile, and ${columns} ` +
        `optional columns of the Interactions schema are ${types + columns}; Personalize takes ${mostTypesAndColumns} ` +
        "in all. Leave event types or columns out.\n" +
        `  pulumi config set recommender:eventTypes '${JSON.stringify(imported.slice(0, 3))}'`,
    );
  }
  return accepted;
}

/** In the order in which they come; `fallback` for a file without the column. */
function typesIn({ rows, position }: CsvFile, fallback: string): string[] {
  const column = position.get("EVENT_TYPE");
  if (column === undefined) return [fallback];
  const found = new Set(rows.slice(1).flatMap((row) => row[column] ?? []));
  found.delete("");
  return [...found];
}
