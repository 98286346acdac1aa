import type { Field } from "../../values/columns";

/**
 * Lists the fields of a schema; none for a text that is not a schema, which the check of the
 * schema's resource reports.
 */
export function fieldsOf(schema: string): readonly Field[] {
  try {
    const { fields } = JSON.parse(schema) as { fields?: Field[] };
    return Array.isArray(fields) ? fields : [];
  } catch {
    return [];
  }
}
