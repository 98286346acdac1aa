import { invalidInput } from "../faults";
import type { Cell } from "../state/table";
import type { Field } from "./avro-schema";

/** The properties of an event, an item or a user by column. */
export type Properties = ReadonlyMap<string, Cell>;

/** `NUM_RATINGS` is `numRatings` in properties (guide, "Recording item interaction events"). */
export function camelCase(column: string): string {
  return column.toLowerCase().replace(/(?<!_)_+([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Reads a JSON text of properties against a schema. `refused`: names that it must not contain, in
 * upper or lower case. Throws InvalidInputException that names the property; `where` begins its
 * message, e.g. `eventList[0]`.
 */
export function readProperties(
  given: unknown,
  fields: readonly Field[],
  { where, refused }: { where: string; refused: readonly string[] },
): Properties {
  const values = parse(given, where);
  const byProperty = new Map(fields.map((field) => [camelCase(field.name), field]));
  const cells = new Map<string, Cell>();
  for (const [name, value] of Object.entries(values)) {
    const at = `${where}.properties.${name}`;
    if (refused.some((word) => word.toLowerCase() === name.toLowerCase())) {
      throw invalidInput(`${at} must not be used: it is a member of the request.`);
    }
    const field = byProperty.get(name);
    if (!field) {
      const names = [...byProperty.keys()].filter((known) => !refused.includes(known));
      throw invalidInput(`${at} is not a column of the schema. Its columns are ${names.join(", ")}.`);
    }
    cells.set(field.name, readValue(field, value, at));
  }
  return cells;
}

function parse(given: unknown, where: string): Record<string, unknown> {
  if (given === undefined) return {};
  try {
    const value: unknown = typeof given === "string" ? JSON.parse(given) : given;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through to the one refusal.
  }
  throw invalidInput(`${where}.properties must be a JSON object.`);
}

function readValue(field: Field, value: unknown, at: string): Cell {
  if (value === null) {
    if (field.nullable) return undefined;
    throw invalidInput(`${at} is null; ${field.name} does not allow null.`);
  }
  if (field.type === "string") {
    if (typeof value === "string") return value;
    throw invalidInput(`${at} must be a text.`);
  }
  if (field.type === "boolean") {
    if (typeof value === "boolean") return String(value);
    throw invalidInput(`${at} must be true or false.`);
  }
  const isWhole = field.type === "int" || field.type === "long";
  // The API reference's example has a number as text: {"numberOfRatings": "12"}.
  const number = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  // JSON has no NaN, but 1e999 is read as Infinity.
  if (typeof number === "number" && (isWhole ? Number.isInteger(number) : Number.isFinite(number))) {
    if (field.name === "CREATION_TIMESTAMP") refuseMilliseconds(number, at);
    return number;
  }
  throw invalidInput(`${at} must be a ${isWhole ? "whole number" : "number"}.`);
}

/** The year 9999 in seconds, as for imports: larger numbers are times in milliseconds. */
const lastSecond = 253_402_300_799;

/** Throws InvalidInputException for a time that must have been meant in milliseconds. */
export function refuseMilliseconds(seconds: number, at: string): void {
  if (seconds <= lastSecond) return;
  throw invalidInput(`${at} is ${seconds}; it must be a Unix time in seconds, not in milliseconds.`);
}

/** The row in the order of the schema. Throws when a column that does not allow null is missing. */
export function rowOf(fields: readonly Field[], cells: Properties, where: string): Cell[] {
  return fields.map((field) => {
    const cell = cells.get(field.name);
    if (cell === undefined && !field.nullable) {
      throw invalidInput(`${where}: ${field.name} is missing; the schema does not allow null.`);
    }
    return cell;
  });
}
