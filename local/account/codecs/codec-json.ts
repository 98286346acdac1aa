import { Fault } from "../aws/fault";
import { dictionary } from "../aws/record";
import { memberValue, type Shape } from "../model/schema";

/**
 * A request whose text does not fit the model: AWS returns SerializationException before any other
 * check.
 */
export function malformed(path: string, problem: string): Fault {
  return new Fault("SerializationException", `${path || "The request"} ${problem}.`);
}

/**
 * Reads a value of JSON or CBOR by its shape: blobs become Uint8Array, timestamps Date. A member
 * that the model does not have is refused with its path: AWS would ignore it, but here a typo
 * should be found.
 */
export function readJson(shape: Shape, value: unknown, path = "", floats = false): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "structure":
    case "union": {
      const members = asObject(value, path);
      const result: Record<string, unknown> = {};
      for (const [name, inner] of Object.entries(members)) {
        const member = shape.members.get(name);
        if (name === "__type") continue;
        if (!member) throw malformed(join(path, name), `is not a member of ${shape.name}`);
        const read = readJson(member.shape, inner, join(path, name), floats);
        if (read !== undefined) result[name] = read;
      }
      return result;
    }
    case "list": {
      if (!Array.isArray(value)) throw malformed(path, "must be a list");
      return value.map((inner, i) => readJson(shape.element.shape, inner, `${path}[${i}]`, floats));
    }
    case "map":
      return dictionary(
        Object.entries(asObject(value, path)).map(([key, inner]) => [
          key,
          readJson(shape.value.shape, inner, join(path, key), floats),
        ]),
      );
    default:
      return readSimple(shape.kind, value, path, floats);
  }
}

function readSimple(
  kind: Exclude<Shape["kind"], "structure" | "union" | "list" | "map">,
  value: unknown,
  path: string,
  floats: boolean,
) {
  switch (kind) {
    case "string":
      if (typeof value !== "string") throw malformed(path, "must be a string");
      return value;
    case "number":
      return readNumber(value, path, floats);
    case "boolean":
      if (typeof value !== "boolean") throw malformed(path, "must be true or false");
      return value;
    case "timestamp":
      return readTimestamp(value, path);
    case "blob":
      // CBOR has its own type for bytes.
      if (value instanceof Uint8Array) return new Uint8Array(value);
      if (typeof value !== "string") throw malformed(path, "must be base64 text");
      return new Uint8Array(Buffer.from(value, "base64"));
    default:
      return value;
  }
}

/** NaN and the infinities, as the protocols write them for a model's doubles. */
const specialNumbers = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/**
 * A number. With `floats` also NaN and infinity, which JSON writes as strings: for a service that
 * takes doubles and refuses such values itself.
 */
export function readNumber(value: unknown, path: string, floats: boolean): number {
  const special = floats && typeof value === "string" ? specialNumbers.get(value) : undefined;
  if (special !== undefined) return special;
  // JSON has no infinity, but 1e999 becomes one.
  if (typeof value === "number" && (floats || Number.isFinite(value))) return value;
  throw malformed(path, "must be a number");
}

/**
 * Half of what a `Date` can be, in milliseconds before and after 1970: a handler adds days and
 * years to a time, and a sum beyond the limit would be no time.
 */
const furthestTime = 8.64e15 / 2;

/** A timestamp in any of the protocols' three formats, or CBOR's own. */
export function readTimestamp(value: unknown, path: string): Date {
  const date = toDate(value);
  if (!date || !(Math.abs(date.getTime()) <= furthestTime)) throw malformed(path, "must be a timestamp");
  return date;
}

function toDate(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  if (typeof value === "number") return new Date(value * 1000);
  if (typeof value !== "string") return undefined;
  return /^-?\d+(\.\d+)?$/.test(value) ? new Date(Number(value) * 1000) : new Date(value);
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // CBOR's own types for bytes and times.
  if (!isObject || value instanceof Uint8Array || value instanceof Date) throw malformed(path, "must be an object");
  return value as Record<string, unknown>;
}

const join = (path: string, name: string) => (path ? `${path}.${name}` : name);

/**
 * The members that the model has as doubles, as `Structure.member`, with `[]` for elements and
 * values.
 */
export type Doubles = ReadonlySet<string>;

/** Writes the values for which JSON and CBOR differ: only CBOR has types for times and bytes. */
export interface SimpleWriter {
  readonly timestamp: (date: Date, format: "date-time" | undefined) => unknown;
  readonly blob: (bytes: Uint8Array) => unknown;
  readonly double: (value: number) => unknown;
}

const { rawJSON } = JSON as typeof JSON & { readonly rawJSON: (text: string) => unknown };

const jsonWriter: SimpleWriter = {
  timestamp: (date, format) => (format === "date-time" ? date.toISOString() : date.getTime() / 1000),
  blob: (bytes) => Buffer.from(bytes).toString("base64"),
  // Whole doubles have a point, from which some clients know their type (recorded:
  // test_get_metric_statistics[json]).
  double: (value) => (Number.isSafeInteger(value) ? rawJSON(`${value}.0`) : value),
};

/**
 * Writes a value by its shape for JSON: timestamps as epoch seconds, blobs as base64; `undefined`
 * is left out. `key` is the value's place in the model.
 */
export function writeJson(
  shape: Shape,
  value: unknown,
  doubles: Doubles,
  simple: SimpleWriter = jsonWriter,
  key = "",
): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "structure":
    case "union": {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        const path = `${shape.name}.${name}`;
        const written = writeJson(member.shape, memberValue(value, member), doubles, simple, path);
        if (written !== undefined) result[name] = written;
      }
      return result;
    }
    case "list":
      return (value as unknown[]).map((inner) => writeJson(shape.element.shape, inner, doubles, simple, `${key}[]`));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([name, inner]) => [
          name,
          writeJson(shape.value.shape, inner, doubles, simple, `${key}[]`),
        ]),
      );
    case "timestamp":
      return simple.timestamp(value as Date, shape.format === "date-time" ? "date-time" : undefined);
    case "blob":
      return simple.blob(value as Uint8Array);
    case "number":
      return doubles.has(key) ? simple.double(value as number) : value;
    default:
      return value;
  }
}
