import type { Cell } from "../state/table";
import type { Field } from "./avro-schema";

/**
 * Quotas of texts (guide, "Quotas"): longer categorical values fail the import, longer texts are
 * cut.
 */
const maxCategorical = 1_000;
const maxText = 20_000;
const maxId = 256;
/** The year 9999 in seconds; larger numbers are timestamps in milliseconds. */
const lastSecond = 253_402_300_799;

const ids: ReadonlySet<string> = new Set(["USER_ID", "ITEM_ID"]);
const times: ReadonlySet<string> = new Set(["TIMESTAMP", "CREATION_TIMESTAMP"]);

/**
 * One value of a CSV file by its field's type; empty is missing. `fail` creates the error for a
 * wrong value.
 */
export function readCell(field: Field, text: string, fail: (message: string) => Error): Cell {
  const { name, type } = field;
  if (text === "") {
    if (field.nullable) return undefined;
    throw fail(`column ${name} is empty; it does not allow null.`);
  }
  switch (type) {
    case "string":
      return readText(field, text, fail);
    case "boolean":
      if (text !== "true" && text !== "false") {
        throw fail(`column ${name} is ${quote(text)}; it must be true or false.`);
      }
      return text;
    case "int":
    case "long":
      return readWhole(field, text, fail);
    default: {
      const value = /^[-+.\deE]+$/.test(text) ? Number(text) : Number.NaN;
      if (!Number.isFinite(value)) throw fail(`column ${name} is ${quote(text)}; it must be a number (${type}).`);
      return value;
    }
  }
}

function readText({ name, textual }: Field, text: string, fail: (message: string) => Error): string {
  if (ids.has(name) && text.length > maxId) {
    throw fail(`column ${name} has ${text.length} characters; ${maxId} at most.`);
  }
  if (textual) return text.slice(0, maxText);
  if (text.length > maxCategorical) {
    throw fail(`column ${name} has ${text.length} characters; ${maxCategorical} at most.`);
  }
  return text;
}

function readWhole({ name, type }: Field, text: string, fail: (message: string) => Error): number {
  const value = /^[-+]?\d+$/.test(text) ? Number(text) : Number.NaN;
  const limit = type === "int" ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER;
  if (Number.isNaN(value) || Math.abs(value) > limit) {
    throw fail(`column ${name} is ${quote(text)}; it must be a whole number (${type}).`);
  }
  if (times.has(name) && (value < 0 || value > lastSecond)) {
    throw fail(
      `column ${name} is ${text}; it must be a Unix time in seconds${value > lastSecond ? ", not in milliseconds" : ""}.`,
    );
  }
  return value;
}

const quote = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
