// An item's columns: what the Items schema allows, and how PutItems takes them.
import { availabilityColumn, availableStatus, unavailableStatus } from "../support/availability";

export type ColumnValue = string | number | boolean;

/** An item's values by column; a column without a value is absent. */
export type Columns = Readonly<Record<string, ColumnValue>>;

/** A field of the Items schema, in Avro. */
export interface Field {
  readonly name: string;
  readonly type: string | readonly string[];
}

/** What an update changes. */
export interface Change {
  available: boolean | undefined;
  /** By column, as the Items schema names them. Null removes the value. */
  columns: Readonly<Record<string, ColumnValue | null>>;
}

const idColumn = "ITEM_ID";
const allowsNull = ({ type }: Field): boolean => [type].flat().includes("null");
const typeOf = ({ type }: Field): string => [type].flat().find((each) => each !== "null") ?? "null";

/** Returns the values that an update sets, null where it removes one, or the reason why the schema does not allow them. */
export function readChanges(
  { available, columns }: Change,
  fields: readonly Field[],
): { changes: Record<string, ColumnValue | null> } | { reason: string } {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(columns)) {
    const field = fields.find((each) => each.name === name);
    const problem = field === undefined ? describeUnknown(fields) : checkValue(field, value);
    if (problem !== undefined) problems.push(`itemUpdate.columns.${name.slice(0, 100)}: ${problem}`);
  }
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
  return `is not a column of the items; they have ${names.join(", ")}`;
}

function checkValue(field: Field, value: ColumnValue | null): string | undefined {
  if (field.name === idColumn) return "cannot be changed";
  if (value === null) return allowsNull(field) ? undefined : "must have a value";
  const type = typeOf(field);
  if (type === "string") return typeof value === "string" ? undefined : "must be a text";
  if (type === "boolean") return typeof value === "boolean" ? undefined : "must be true or false";
  if (typeof value !== "number") return "must be a number";
  return (type === "int" || type === "long") && !Number.isInteger(value) ? "must be a whole number" : undefined;
}

/** Returns the columns after the changes. */
export function applyChanges(columns: Columns, changes: Readonly<Record<string, ColumnValue | null>>): Columns {
  const all = Object.entries({ ...columns, ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, ColumnValue] => entry[1] !== null));
}

/** Returns the columns that an item must have and has not. */
export function findMissing(columns: Columns, fields: readonly Field[]): string[] {
  return fields
    .filter((field) => field.name !== idColumn && !allowsNull(field) && columns[field.name] === undefined)
    .map(({ name }) => name);
}

/** Returns the columns as PutItems takes them: the names in camel case (API reference, Item), as JSON text. */
export function toProperties(columns: Columns): string {
  const named = Object.entries(columns).map(([name, value]) => [toCamelCase(name), value]);
  return JSON.stringify(Object.fromEntries(named));
}

function toCamelCase(name: string): string {
  return name.toLowerCase().replace(/_+([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}
