import { ownValue } from "../../../aws/record";
import { Content } from "../../../content/content";
import { type Member, membersOf, memberValue, type Shape } from "../../../model/schema";
import type { Json } from "../definition/definition";

/** Step Functions uses PascalCase where a service's own members are in camel case. */
const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

function memberNamed(shape: Shape, name: string): Member | undefined {
  for (const member of membersOf(shape).values()) if (pascal(member.name) === name) return member;
  return undefined;
}

/** Reports what is wrong with a task's arguments; `path` is the field's path in them. */
type Report = (problem: string, path: string) => void;

/**
 * A task's arguments as the service's input: members by their own names, timestamps as Date, blobs
 * as bytes. What the service does not take is reported. `isDynamic` says which values are not known
 * yet (an expression in a definition).
 */
export function toInput(
  shape: Shape,
  value: Json,
  report: Report,
  isDynamic: (value: Json) => boolean = () => false,
  path = "",
): unknown {
  if (isDynamic(value)) return undefined;
  switch (shape.kind) {
    case "structure":
    case "union":
      return structureInput(shape, value, report, isDynamic, path);
    case "list":
      if (!Array.isArray(value)) return wrongType("a LIST", report, path);
      return value.map((item, i) => toInput(shape.element.shape, item, report, isDynamic, `${path}[${i}]`));
    case "map":
      if (!isObject(value)) return wrongType("a MAP", report, path);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          toInput(shape.value.shape, item, report, isDynamic, join(path, key)),
        ]),
      );
    default:
      return simpleInput(shape, value, report, path);
  }
}

function structureInput(
  shape: Shape,
  value: Json,
  report: Report,
  isDynamic: (value: Json) => boolean,
  path: string,
): unknown {
  if (!isObject(value)) return wrongType("an OBJECT", report, path);
  const input: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const member = memberNamed(shape, name);
    if (!member) report(`The field '${name}' is not supported by Step Functions`, path);
    else if (item !== null) input[member.name] = toInput(member.shape, item, report, isDynamic, join(path, name));
  }
  for (const member of membersOf(shape).values()) {
    const given = ownValue(value, pascal(member.name));
    if (member.required && !member.traits.idempotencyToken && (given === undefined || given === null)) {
      report(`The field '${pascal(member.name)}' is required but was missing`, path);
    }
  }
  return input;
}

function simpleInput(shape: Shape, value: Json, report: Report, path: string): unknown {
  switch (shape.kind) {
    case "string":
      return typeof value === "string" ? value : wrongType("a STRING", report, path);
    case "number":
      return typeof value === "number" ? value : wrongType("a NUMBER", report, path);
    case "boolean":
      return typeof value === "boolean" ? value : wrongType("a BOOLEAN", report, path);
    case "timestamp": {
      const date = typeof value === "string" ? new Date(value) : new Date(Number.NaN);
      return Number.isNaN(date.getTime()) ? wrongType("a TIMESTAMP in ISO 8601", report, path) : date;
    }
    case "blob": {
      // Any value as its JSON text, a text in quotation marks too: so S3's PutObject stores a Body
      // (recorded on AWS: localstack issue 12035 and its snapshot test_s3_put_object).
      const bytes = new TextEncoder().encode(JSON.stringify(value));
      return shape.streaming ? Content.of(bytes) : bytes;
    }
    default:
      return value;
  }
}

function wrongType(expected: string, report: Report, path: string): undefined {
  report(`The value for the field '${path.split(/[./]/).at(-1)}' must be ${expected}`, path);
  return undefined;
}

/**
 * A service's output as a task's result: PascalCase, timestamps in ISO 8601, blobs as text, nothing
 * that is absent.
 */
export function toResult(shape: Shape, value: unknown): Json {
  switch (shape.kind) {
    case "structure":
    case "union": {
      const result: Record<string, Json> = {};
      for (const [name, member] of membersOf(shape)) {
        const field = memberValue(value, member);
        if (field !== undefined && field !== null) result[pascal(name)] = toResult(member.shape, field);
      }
      return result;
    }
    case "list":
      return (value as unknown[]).map((item) => toResult(shape.element.shape, item));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, toResult(shape.value.shape, item)]),
      );
    case "timestamp":
      return (value as Date).toISOString();
    case "blob":
      return (shape.streaming ? (value as Content) : Buffer.from(value as Uint8Array)).toString();
    case "unit":
      return {};
    default:
      return value as Json;
  }
}

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const join = (path: string, name: string) => (path ? `${path}/${name}` : name);
