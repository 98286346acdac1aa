/**
 * Says in what the datasets differ whose rows are changed by updates on the stream. All else is the
 * same for both.
 */
export interface RowKind {
  readonly word: "item" | "user";
  readonly idColumn: "ITEM_ID" | "USER_ID";
  /** The member of a record that is an update, and the member of that with the values by column. */
  readonly update: "itemUpdate" | "userUpdate";
  readonly values: "columns" | "properties";
  /** Where the rows are that no update has changed yet. */
  readonly source: string;
}

/** A function: a Lambda's closure has no constants of modules that it does not need. */
export const kindOf = (update: RowKind["update"]): RowKind =>
  update === "itemUpdate"
    ? { word: "item", idColumn: "ITEM_ID", update, values: "columns", source: "the catalogue" }
    : { word: "user", idColumn: "USER_ID", update, values: "properties", source: "the users file" };

/**
 * Returns which update a record's value is, and undefined for an event. The filters of the mappings
 * find updates by the same members.
 */
export function updateOf(value: unknown): RowKind["update"] | "both" | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const has = { itemUpdate: "itemUpdate" in value, userUpdate: "userUpdate" in value };
  if (has.itemUpdate && has.userUpdate) return "both";
  return has.itemUpdate ? "itemUpdate" : has.userUpdate ? "userUpdate" : undefined;
}
