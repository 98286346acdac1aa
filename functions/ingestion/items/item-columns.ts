// An item's columns: what the Items schema allows.
import { availabilityColumn, availableStatus, unavailableStatus } from "../../support/availability";
import { allowsNull, type Columns, type ColumnValue, checkType, type Field, typeOf } from "../columns";

/** The changes of one update. */
export interface Change {
  available: boolean | undefined;
  /** Values by column, as the Items schema names them. Null removes the value. */
  columns: Readonly<Record<string, ColumnValue | null>>;
}

const idColumn = "ITEM_ID";

/**
 * Returns the values that an update sets, null where it removes one, or the reason why the schema does not allow them. A
 * reason has names of the schema's columns, and none that only the producer knows.
 */
export function readChanges(
  { available, columns }: Change,
  fields: readonly Field[],
): { changes: Record<string, ColumnValue | null> } | { reason: string } {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(columns)) {
    const field = fields.find((each) => each.name === name);
    const problem = field && checkValue(field, value);
    if (problem !== undefined) problems.push(`itemUpdate.columns.${name}: ${problem}`);
  }
  if (Object.keys(columns).some((name) => !fields.some((field) => field.name === name)))
    problems.push(`itemUpdate.columns: ${describeUnknown(fields)}`);
  if (available === undefined) return problems.length > 0 ? { reason: problems.join("; ") } : { changes: columns };
  if (availabilityColumn in columns)
    problems.push(`itemUpdate.columns.${availabilityColumn}: available sets this column`);
  if (!fields.some((field) => field.name === availabilityColumn && typeOf(field) === "string")) {
    problems.push(`itemUpdate.available: the items of this stack have no text column ${availabilityColumn}`);
  }
  if (problems.length > 0) return { reason: problems.join("; ") };
  return { changes: { ...columns, [availabilityColumn]: available ? availableStatus : unavailableStatus } };
}

function describeUnknown(fields: readonly Field[]): string {
  const names = fields.map(({ name }) => name).filter((name) => name !== idColumn);
  return `has a name that is not a column of the items; they have ${names.join(", ")}`;
}

function checkValue(field: Field, value: ColumnValue | null): string | undefined {
  if (field.name === idColumn) return "cannot be changed";
  if (value === null) return allowsNull(field) ? undefined : "must have a value";
  return checkType(field, value);
}

/** Returns the columns after the changes. */
export function applyChanges(columns: Columns, changes: Readonly<Record<string, ColumnValue | null>>): Columns {
  const all = Object.entries({ ...columns, ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, ColumnValue] => entry[1] !== null));
}

/** Compares two versions of an item. */
export function haveSameValues(columns: Columns, others: Columns | undefined): boolean {
  if (others === undefined || Object.keys(columns).length !== Object.keys(others).length) return false;
  return Object.entries(columns).every(([name, value]) => Object.hasOwn(others, name) && others[name] === value);
}

/** Returns the columns that an item must have and has not. */
export function findMissing(columns: Columns, fields: readonly Field[]): string[] {
  return fields
    .filter((field) => field.name !== idColumn && !allowsNull(field) && !Object.hasOwn(columns, field.name))
    .map(({ name }) => name);
}
