import { countOf, quoteValue } from "../../names/printable";
import { toColumnKey } from "../../values/columns";
import { type CsvFile, isEmptyLine, placeOf } from "./csv-file";
import { fieldsOf } from "./schema-fields";

/**
 * The limit for event types plus optional columns of an Interactions dataset (Personalize's
 * quotas).
 */
export const mostTypesAndColumns = 10;

/** The event type of interactions that have none. */
export const defaultEventType = "DetailView";

const requiredColumns = ["USER_ID", "ITEM_ID", "TIMESTAMP"];

/** Counts what a dataset needs of that limit. */
export function countTypesAndColumns(eventTypes: readonly string[], schemaText: string) {
  const columns = fieldsOf(schemaText).filter(({ name }) => !requiredColumns.includes(toColumnKey(name))).length;
  const types = new Set(eventTypes).size;
  return { types, columns, isTooMuch: types + columns > mostTypesAndColumns };
}

/**
 * Lists the types of interactions in the order of the file; one without a type has `defaultType`.
 */
export function listEventTypes(file: CsvFile, defaultType = defaultEventType): string[] {
  const place = placeOf(file, "EVENT_TYPE");
  const rows = file.rows.slice(1).filter((row) => !isEmptyLine(row));
  const found = new Set(rows.map((row) => row[place] || defaultType));
  return found.size > 0 ? [...found] : [defaultType];
}

/** Warns of types that are probably one, in several spellings. */
export function warnOfTypes(file: CsvFile): string[] {
  const place = placeOf(file, "EVENT_TYPE");
  const counts = new Map<string, number>();
  for (const row of file.rows.slice(1)) {
    const type = row[place];
    if (type) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const groups = new Map<string, string[]>();
  for (const type of counts.keys()) {
    const key = type.trim().toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), type]);
  }
  return [...groups.values()].flatMap((types) => {
    if (types.length === 1) return [];
    const shown = types.map((type) => `${quoteValue(type)} (${countOf(counts.get(type) ?? 0, "interaction")})`);
    return `The event types ${shown.join(" and ")} differ only in case or white space, and the service has ${types.length} types of them. If they are one, write it in one form.`;
  });
}
