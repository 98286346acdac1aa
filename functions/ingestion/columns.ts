// Columns of a dataset's schema: what their values must be, and how PutEvents and PutItems take them.
import { largestFloat } from "../values/number";

export type ColumnValue = string | number | boolean;

/** Values by column; a column without a value is absent. */
export type Columns = Readonly<Record<string, ColumnValue>>;

/** A field of a dataset's schema, in Avro. */
export interface Field {
  readonly name: string;
  readonly type: string | readonly string[];
}

export const allowsNull = ({ type }: Field): boolean => [type].flat().includes("null");
export const typeOf = ({ type }: Field): string => [type].flat().find((each) => each !== "null") ?? "null";

/** The range of Avro's whole numbers; a JSON number is exact up to 2^53 only. */
const largestInt = 2 ** 31 - 1;

/** Returns what is wrong with a value, never the value: reasons are read by people who must not learn it. */
export function checkType(field: Field, value: ColumnValue): string | undefined {
  const type = typeOf(field);
  if (type === "string") return typeof value === "string" ? undefined : "must be a text";
  if (type === "boolean") return typeof value === "boolean" ? undefined : "must be true or false";
  if (typeof value !== "number") return "must be a number";
  if (type === "float") return Math.abs(value) <= largestFloat ? undefined : `is not between ±${largestFloat}`;
  if (type !== "int" && type !== "long") return undefined;
  if (!Number.isInteger(value)) return "must be a whole number";
  const largest = type === "int" ? largestInt : Number.MAX_SAFE_INTEGER;
  return Math.abs(value) <= largest ? undefined : `is not between ±${largest}`;
}

/**
 * Returns the columns as PutEvents and PutItems take them: the names in camel case (API reference, Event and Item), as JSON
 * text.
 */
export function toProperties(columns: Columns): string {
  const named = Object.entries(columns).map(([name, value]) => [toCamelCase(name), value]);
  return JSON.stringify(Object.fromEntries(named));
}

export function toCamelCase(name: string): string {
  return name.toLowerCase().replace(/_+([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}
