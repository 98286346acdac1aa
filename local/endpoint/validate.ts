import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Content } from "./content";
import type { Shape } from "./schema";
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

type Report = (path: string, rule: string) => void;

let loaded: Constraints | undefined;
const patterns = new Map<string, RegExp>();

function constraintsOf(service: ServiceName): Record<string, Constraint> {
  loaded ??= JSON.parse(readFileSync(join(__dirname, "constraints.json"), "utf8")) as Constraints;
  return loaded.services[service] ?? {};
}

/**
 * What breaks the service's model in a request, in AWS's wording: required members, types and constraints.
 * An empty list is a request that the handler may see.
 */
export function violations(service: ServiceName, shape: Shape, input: unknown): string[] {
  const found: string[] = [];
  const constraints = constraintsOf(service);
  check(shape, input, "", "", (path, rule) => found.push(`Value at '${path}' failed to satisfy constraint: ${rule}`));
  return found;

  function checkElements(element: Shape, values: unknown[], path: string, key: string, report: Report): void {
    values.forEach((inner, i) => {
      check(element, inner, `${path}.${i + 1}.member`, `${key}[]`, report);
    });
  }

  function check(current: Shape, value: unknown, path: string, key: string, report: Report): void {
    const constraint = constraints[key];
    if (constraint) checkConstraint(constraint, value, (rule) => report(path, rule));
    if (current.kind === "structure" || current.kind === "union") {
      const fields = value as Record<string, unknown>;
      for (const [name, member] of current.members) {
        const inner = fields[name];
        const innerPath = path ? `${path}.${name}` : name;
        if (inner !== undefined && inner !== null)
          check(member.shape, inner, innerPath, `${current.name}.${name}`, report);
        else if (member.required) report(innerPath, "Member must not be null");
      }
    } else if (current.kind === "list") {
      if (!Array.isArray(value)) report(path, "Member must be a list");
      else checkElements(current.element.shape, value, path, key, report);
    } else if (current.kind === "map") {
      for (const [name, inner] of Object.entries(value as object)) {
        check(current.key.shape, name, `${path}.key`, `${key}{}`, report);
        check(current.value.shape, inner, `${path}.${name}`, `${key}[]`, report);
      }
    } else {
      checkType(current.kind, value, (rule) => report(path, rule));
    }
  }
}

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

function checkConstraint(constraint: Constraint, value: unknown, report: (rule: string) => void): void {
  const size = sizeOf(value);
  const what = typeof value === "number" ? "value" : "length";
  if (size !== undefined && constraint.min !== undefined && size < constraint.min) {
    report(`Member must have ${what} greater than or equal to ${constraint.min}`);
  }
  if (size !== undefined && constraint.max !== undefined && size > constraint.max) {
    report(`Member must have ${what} less than or equal to ${constraint.max}`);
  }
  if (typeof value !== "string") return;
  if (constraint.pattern !== undefined && !compiled(constraint.pattern).test(value)) {
    report(`Member must satisfy regular expression pattern: ${constraint.pattern}`);
  }
  if (constraint.enum && !constraint.enum.includes(value)) {
    report(`Member must satisfy enum value set: [${constraint.enum.join(", ")}]`);
  }
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
    regexp = new RegExp(`^(?:${pattern})$`, "su");
    patterns.set(pattern, regexp);
  }
  return regexp;
}
