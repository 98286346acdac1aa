import { findAvailability } from "../../functions/ingestion/updates/row-columns";
import { unavailableStatus } from "../../functions/support/availability";
import { fieldsOf } from "../../seed/import-files/schema-fields";

/**
 * Returns the filter that leaves out what must not be recommended, by the column's name in the
 * schema; undefined when the items have no such column. An item without a value stays.
 */
export function findAvailabilityFilter(schema: string): string | undefined {
  const column = findAvailability(fieldsOf(schema));
  return column && `EXCLUDE ItemID WHERE Items.${column.name} IN ("${unavailableStatus}")`;
}

/**
 * Adds the availability to a filter of the configuration, because a request has one filter. Parts
 * between `|` are evaluated independently, and an EXCLUDE takes away from the items that the others
 * leave (guide, "Combining multiple expressions"). It comes first: IF is allowed "only once at the
 * end of an expression" (guide, "Filter expression structure and elements").
 */
export function addAvailability(expression: string, availability: string | undefined): string {
  return availability === undefined ? expression : `${availability} | ${expression}`;
}
