import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Content } from "./content";
import { linearPattern } from "./linear-patterns";
import type { MapShape, Shape, StructureShape } from "./schema";
import type { ServiceName } from "./service";

/** A limit of the service's model: of a length for texts, lists, maps and blobs, of the value for numbers. */
export interface Constraint {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}
export interface Constraints {
  readonly notice: string;
  readonly services: Record<string, Record<string, Constraint>>;
}

/** What breaks the model, in AWS's wording: how often, and the first of them as text. */
export interface Violations {
  readonly count: number;
  readonly listed: readonly string[];
}

/** A request can break the model in every element of a long list; no answer lists more. */
const mostListed = 10;

type Report = (path: string, rule: string) => void;

let loaded: Constraints | undefined;
const patterns = new Map<string, RegExp>();

function constraintsOf(service: ServiceName): Record<string, Constraint> {
  loaded ??= JSON.parse(readFileSync(join(__dirname, "constraints.json"), "utf8")) as Constraints;
  return loaded.services[service] ?? {};
}

/**
 * What breaks the service's model in a request, in AWS's wording: required members, types and constraints.
 * A count of 0 is a request that the handler may see.
 */
export function violations(service: ServiceName, shape: Shape, input: unknown): Violations {
  let count = 0;
  const listed: string[] = [];
  const constraints = constraintsOf(service);
  check(shape, input, "", "", (path, rule) => {
    if (++count <= mostListed) listed.push(`Value at '${path}' failed to satisfy constraint: ${rule}`);
  });
  return { count, listed };

  /** A list or map has no gaps. */
  function checkInner(shape: Shape, value: unknown, path: string, key: string, report: Report): void {
    if (value === undefined || value === null) report(path, "Member must not be null");
    else check(shape, value, path, key, report);
  }

  function checkElements(element: Shape, values: unknown[], path: string, key: string, report: Report): void {
    values.forEach((inner, i) => {
      checkInner(element, inner, `${path}.${i + 1}.member`, `${key}[]`, report);
    });
  }

  function checkEntries(map: MapShape, entries: object, path: string, key: string, report: Report): void {
    for (const [name, inner] of Object.entries(entries)) {
      check(map.key.shape, name, `${path}.key`, `${key}{}`, report);
      checkInner(map.value.shape, inner, `${path}.${name}`, `${key}[]`, report);
    }
  }

  function checkMembers(structure: StructureShape, value: object, path: string, report: Report): void {
    const fields = value as Record<string, unknown>;
    for (const [name, member] of structure.members) {
      const inner = fields[name];
      const innerPath = path ? `${path}.${name}` : name;
      if (inner !== undefined && inner !== null)
        check(member.shape, inner, innerPath, `${structure.name}.${name}`, report);
      else if (member.required) report(innerPath, "Member must not be null");
    }
  }

  function check(current: Shape, value: unknown, path: string, key: string, report: Report): void {
    const constraint = constraints[key];
    // What is inside a list of the wrong length is not looked at: it may be much.
    if (constraint && !checkConstraint(constraint, value, (rule) => report(path, rule))) return;
    if (current.kind === "structure" || current.kind === "union") {
      if (!isObject(value)) report(path, "Member must be a structure");
      else checkMembers(current, value, path, report);
    } else if (current.kind === "list") {
      if (!Array.isArray(value)) report(path, "Member must be a list");
      else checkElements(current.element.shape, value, path, key, report);
    } else if (current.kind === "map") {
      if (!isObject(value)) report(path, "Member must be a map");
      else checkEntries(current, value, path, key, report);
    } else {
      checkType(current.kind, value, (rule) => report(path, rule));
    }
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function checkType(kind: string, value: unknown, report: (rule: string) => void): void {
  const fits =
    (kind === "string" && typeof value === "string") ||
    (kind === "number" && typeof value === "number") ||
    (kind === "boolean" && typeof value === "boolean") ||
    (kind === "timestamp" && value instanceof Date) ||
    (kind === "blob" && (value instanceof Uint8Array || value instanceof Content)) ||
    kind === "document" ||
    kind === "unit";
  if (!fits) report(`Member must be a ${kind}`);
}

/** Whether the value's size is right. The text of a wrong length is not matched: a pattern may need long for it. */
function checkConstraint(constraint: Constraint, value: unknown, report: (rule: string) => void): boolean {
  const size = sizeOf(value);
  const what = typeof value === "number" ? "value" : "length";
  if (size !== undefined && constraint.max !== undefined && size > constraint.max) {
    report(`Member must have ${what} less than or equal to ${constraint.max}`);
    return false;
  }
  if (size !== undefined && constraint.min !== undefined && size < constraint.min) {
    report(`Member must have ${what} greater than or equal to ${constraint.min}`);
  }
  if (typeof value !== "string") return true;
  if (constraint.pattern !== undefined && !compiled(constraint.pattern).test(value)) {
    report(`Member must satisfy regular expression pattern: ${constraint.pattern}`);
  }
  if (constraint.enum && !constraint.enum.includes(value)) {
    report(`Member must satisfy enum value set: [${constraint.enum.join(", ")}]`);
  }
  return true;
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value instanceof Content) return value.size;
  if (typeof value === "string" || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (typeof value === "object" && value !== null && !(value instanceof Date)) return Object.keys(value).length;
  return undefined;
}

function compiled(pattern: string): RegExp {
  let regexp = patterns.get(pattern);
  if (!regexp) {
    regexp = new RegExp(`^(?:${linearPattern(pattern)})$`, "su");
    patterns.set(pattern, regexp);
  }
  return regexp;
}
