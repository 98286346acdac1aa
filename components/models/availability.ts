import { availabilityColumn, unavailableStatus } from "../../functions/support/availability";
import { fieldsOf } from "../../seed/own-data/schema-fields";

/** Leaves out what must not be recommended. An item without a value stays. */
export const availabilityFilter = `EXCLUDE ItemID WHERE Items.${availabilityColumn} IN ("${unavailableStatus}")`;

/** Returns true when the items' schema has the text column of the availability. */
export function hasAvailability(schema: string): boolean {
  return fieldsOf(schema).some(({ name, type }) => name === availabilityColumn && [type].flat().includes("string"));
}

/**
 * Adds the availability to a filter of the configuration, because a request has one filter. An EXCLUDE after `|` takes away
 * from the items that the other expressions leave (guide, "Combining multiple expressions").
 */
export function addAvailability(expression: string): string {
  return `${expression} | ${availabilityFilter}`;
}
