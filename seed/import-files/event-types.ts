import { toColumnKey } from "../../functions/ingestion/columns";
import { type CsvFile, isEmptyLine, placeOf } from "./csv-file";
import { fieldsOf } from "./schema-fields";

/**
 * The limit for event types plus optional columns of an Interactions dataset (Personalize's
 * quotas). With more, every later training fails, and single events cannot be deleted.
 */
export const mostTypesAndColumns = 10;

/** The event type of interactions that have none. */
export const defaultEventType = "DetailView";

const requiredColumns = ["USER_ID", "ITEM_ID", "TIMESTAMP"];

/**
 * Chooses the event types that the stack accepts: the given ones, else those of the imported
 * interactions. Throws when these, the types in the file and the schema's optional columns exceed
 * the dataset's limit.
 */
export function chooseEventTypes(
  interactions: CsvFile,
  schemaText: string,
  given: readonly string[] | undefined,
  defaultType: string,
): string[] {
  const imported = listTypes(interactions, defaultType);
  const accepted = [...(given ?? imported)];
  const { types, columns, isTooMuch } = countTypesAndColumns([...accepted, ...imported], schemaText);
  if (isTooMuch) {
    throw new Error(
      `recommender:eventTypes: there are ${types} event types (configuration and interactionsFile) and ${columns} ` +
        `optional columns of the Interactions schema, ${types + columns} in total. Personalize allows ` +
        `${mostTypesAndColumns}. Remove event types or columns.`,
    );
  }
  return accepted;
}

/** Counts what a dataset needs of that limit. */
export function countTypesAndColumns(eventTypes: readonly string[], schemaText: string) {
  const columns = fieldsOf(schemaText).filter(({ name }) => !requiredColumns.includes(toColumnKey(name))).length;
  const types = new Set(eventTypes).size;
  return { types, columns, isTooMuch: types + columns > mostTypesAndColumns };
}

/** Lists the types in the order of the file; an interaction without one has `defaultType`. */
function listTypes(file: CsvFile, defaultType: string): string[] {
  const place = placeOf(file, "EVENT_TYPE");
  const rows = file.rows.slice(1).filter((row) => !isEmptyLine(row));
  const found = new Set(rows.map((row) => row[place] || defaultType));
  return found.size > 0 ? [...found] : [defaultType];
}
