import { availabilityColumn, availableStatus, unavailableStatus } from "../../functions/support/availability";
import { quoteValue } from "../../names/printable";
import { type CsvFile, placeOf } from "./csv-file";

/**
 * Warns of items whose STATUS has words of another system: the program leaves out the items that
 * are `unavailable`, and no others.
 */
export function warnOfStatus(items: CsvFile, from: string): string[] {
  const place = placeOf(items, availabilityColumn);
  const words = new Set(items.rows.slice(1).flatMap((row) => row[place] || []));
  const others = [...words].filter((word) => word !== availableStatus);
  if (others.length === 0 || words.has(unavailableStatus)) return [];
  const shown = others.slice(0, 3).map(quoteValue).join(", ");
  return [
    `${from}: ${availabilityColumn} is ${shown}${others.length > 3 ? " …" : ""} and never "${unavailableStatus}", so no item is ` +
      `left out of lists. Write "${unavailableStatus}" for items that must not be recommended, or give the column another name.`,
  ];
}
