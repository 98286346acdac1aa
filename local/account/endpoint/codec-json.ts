import { Fault } from "./fault";
import type { Shape } from "./schema";

/** A request whose text does not fit the model: AWS returns SerializationException before any other check. */
export function malformed(path: string, problem: string): Fault {
  return new Fault("SerializationException", `${path || "The request"} ${problem}.`);
}

/**
 * Reads a value of JSON or CBOR by its shape: blobs become Uint8Array, timestamps Date. A member that the model does not
 * have is refused with its path: AWS would ignore it, but here a typo should be found.
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
      return Object.fromEntries(
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
 * A number. With `floats` also NaN and infinity, which JSON writes as strings: for a service that takes doubles and
 * refuses such values itself.
 */
export function readNumber(value: unknown, path: string, floats: boolean): number {
  const special = floats && typeof value === "string" ? specialNumbers.get(value) : undefined;
  if (special !== undefined) return special;
  if (typeof value === "bigint") return Number(value);
  // JSON has no infinity, but 1e999 becomes one.
  if (typeof value === "number" && (floats || Number.isFinite(value))) return value;
  throw malformed(path, "must be a number");
}

/** A timestamp in any of the protocols' three formats, or as a CBOR tag. */
export function readTimestamp(given: unknown, path: string): Date {
  const value = typeof given === "object" && given !== null && "value" in given ? given.value : given;
  const date =
    typeof value === "number"
      ? new Date(value * 1000)
      : /^-?\d+(\.\d+)?$/.test(String(value))
        ? new Date(Number(value) * 1000)
        : new Date(String(value));
  if (Number.isNaN(date.getTime())) throw malformed(path, "must be a timestamp");
  return date;
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(path, "must be an object");
  return value as Record<string, unknown>;
}

const join = (path: string, name: string) => (path ? `${path}.${name}` : name);

/** How timestamps and blobs are written: only CBOR has types for them. */
export interface SimpleWriter {
  readonly timestamp: (date: Date, format: "date-time" | undefined) => unknown;
  readonly blob: (bytes: Uint8Array) => unknown;
}

const jsonWriter: SimpleWriter = {
  timestamp: (date, format) => (format === "date-time" ? date.toISOString() : date.getTime() / 1000),
  blob: (bytes) => Buffer.from(bytes).toString("base64"),
};

/** Writes a value by its shape for JSON: timestamps as epoch seconds, blobs as base64; `undefined` is left out. */
export function writeJson(shape: Shape, value: unknown, simple: SimpleWriter = jsonWriter): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "structure":
    case "union": {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        const written = writeJson(member.shape, (value as Record<string, unknown>)[name], simple);
        if (written !== undefined) result[name] = written;
      }
      return result;
    }
    case "list":
      return (value as unknown[]).map((inner) => writeJson(shape.element.shape, inner, simple));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, inner]) => [key, writeJson(shape.value.shape, inner, simple)]),
      );
    case "timestamp":
      return simple.timestamp(value as Date, shape.format === "date-time" ? "date-time" : undefined);
    case "blob":
      return simple.blob(value as Uint8Array);
    default:
      return value;
  }
}
