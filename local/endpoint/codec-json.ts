import { Fault } from "./fault";
import type { Shape } from "./schema";

/** A request whose text does not fit the model: AWS answers SerializationException before anything else looks at it. */
export function malformed(path: string, problem: string): Fault {
  return new Fault("SerializationException", `${path || "The request"} ${problem}.`);
}

/**
 * Reads a JSON value by its shape: blobs become Uint8Array, timestamps Date. A member that the model does not have is
 * refused with its path: AWS would ignore it, but here a typo is a bug to be found.
 */
export function readJson(shape: Shape, value: unknown, path = ""): unknown {
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
        const read = readJson(member.shape, inner, join(path, name));
        if (read !== undefined) result[name] = read;
      }
      return result;
    }
    case "list": {
      if (!Array.isArray(value)) throw malformed(path, "must be a list");
      return value.map((inner, i) => readJson(shape.element.shape, inner, `${path}[${i}]`));
    }
    case "map":
      return Object.fromEntries(
        Object.entries(asObject(value, path)).map(([key, inner]) => [
          key,
          readJson(shape.value.shape, inner, join(path, key)),
        ]),
      );
    default:
      return readSimple(shape.kind, value, path);
  }
}

function readSimple(
  kind: Exclude<Shape["kind"], "structure" | "union" | "list" | "map">,
  value: unknown,
  path: string,
) {
  switch (kind) {
    case "string":
      if (typeof value !== "string") throw malformed(path, "must be a text");
      return value;
    case "number":
      // JSON has no infinity, but 1e999 becomes one.
      if (typeof value !== "number" || !Number.isFinite(value)) throw malformed(path, "must be a number");
      return value;
    case "boolean":
      if (typeof value !== "boolean") throw malformed(path, "must be true or false");
      return value;
    case "timestamp":
      return readTimestamp(value, path);
    case "blob":
      if (typeof value !== "string") throw malformed(path, "must be base64 text");
      return new Uint8Array(Buffer.from(value, "base64"));
    default:
      return value;
  }
}

/** A timestamp in any of the three forms that the protocols know. */
export function readTimestamp(value: unknown, path: string): Date {
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

/** Writes a value by its shape for JSON: timestamps as epoch seconds, blobs as base64; `undefined` is left out. */
export function writeJson(shape: Shape, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "structure":
    case "union": {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        const written = writeJson(member.shape, (value as Record<string, unknown>)[name]);
        if (written !== undefined) result[name] = written;
      }
      return result;
    }
    case "list":
      return (value as unknown[]).map((inner) => writeJson(shape.element.shape, inner));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, inner]) => [key, writeJson(shape.value.shape, inner)]),
      );
    case "timestamp":
      return shape.format === "date-time" ? (value as Date).toISOString() : (value as Date).getTime() / 1000;
    case "blob":
      return Buffer.from(value as Uint8Array).toString("base64");
    default:
      return value;
  }
}
