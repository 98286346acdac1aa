// Columns of a dataset's schema: what their values must be, and how PutEvents and PutItems take
// them.
import { largestFloat, numberText } from "./number";
import { readTime } from "./time";

export type ColumnValue = string | number | boolean;

/** Values by column; a column without a value is absent. */
export type Columns = Readonly<Record<string, ColumnValue>>;

/** A field of a dataset's schema, in Avro. */
export interface Field {
  readonly name: string;
  readonly type: string | readonly string[];
}

export const allowsNull = ({ type }: Field): boolean => [type].flat().includes("null");
export const typeOf = ({ type }: Field): string =>
  typeof type === "string" ? type : (type.find((each) => each !== "null") ?? "null");

/**
 * The form in which names of columns are compared, in files and in records: upper and lower case do
 * not matter.
 */
export const toColumnKey = (name: string): string => name.trim().toUpperCase();

export const findField = <F extends { readonly name: string }>(fields: readonly F[], name: string): F | undefined =>
  fields.find((field) => toColumnKey(field.name) === toColumnKey(name));

/** The range of Avro's whole numbers; a JSON number is exact up to 2^53 only. */
const largestInt = 2 ** 31 - 1;

export type Read = { readonly value: ColumnValue } | { readonly reason: string };

/**
 * Reads a value of a column in a record; the service's column of a time takes all that `readTime`
 * does. A reason never has the value: it is read by people who must not learn it.
 */
export function readValue(field: Field, value: ColumnValue): Read {
  if (isTime(field) && typeof value !== "boolean") {
    const read = readTime(value);
    return "time" in read ? { value: Math.floor(read.time.getTime() / 1000) } : read;
  }
  const reason = checkType(field, value);
  return reason === undefined ? { value } : { reason };
}

/** Reads a cell of a file, which is not empty. */
export function readCell(field: Field, cell: string): Read {
  const type = typeOf(field);
  if (type === "string" || isTime(field)) return readValue(field, cell);
  if (type === "boolean") return /^(true|false)$/.test(cell) ? { value: cell === "true" } : readValue(field, cell);
  return readValue(field, numberText.test(cell) ? Number(cell) : cell);
}

const timeColumns = ["TIMESTAMP", "CREATION_TIMESTAMP"];
const isTime = (field: Field): boolean => typeOf(field) !== "string" && timeColumns.includes(toColumnKey(field.name));

function checkType(field: Field, value: ColumnValue): string | undefined {
  const type = typeOf(field);
  if (type === "string") return typeof value === "string" ? undefined : "must be a text";
  if (type === "boolean") return typeof value === "boolean" ? undefined : "must be true or false";
  if (typeof value === "string" && value.includes(",")) return "must be a number, with a point for decimals";
  if (typeof value !== "number" || !Number.isFinite(value)) return "must be a number";
  if (type === "float") return Math.abs(value) <= largestFloat ? undefined : `is not between ±${largestFloat}`;
  if (type !== "int" && type !== "long") return undefined;
  if (!Number.isInteger(value)) return "must be a whole number";
  const largest = type === "int" ? largestInt : Number.MAX_SAFE_INTEGER;
  return Math.abs(value) <= largest ? undefined : `is not between ±${largest}`;
}

/**
 * Returns the columns as PutEvents and PutItems take them: the names in camel case (API reference,
 * Event and Item), as JSON text.
 */
export function toProperties(columns: Columns): string {
  const named = Object.entries(columns).map(([name, value]) => [toCamelCase(name), value]);
  return JSON.stringify(Object.fromEntries(named));
}

export function toCamelCase(name: string): string {
  return name.toLowerCase().replace(/_+([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}
