import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceName } from "./clients";
import { Content } from "./content";
import { linearPattern } from "./linear-patterns";
import type { ListShape, MapShape, Member, Shape, StructureShape } from "./schema";
import { printValue } from "./violation-value";

/** A constraint of the service's model. `min` and `max` limit a number's value, and the length of everything else. */
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

/** One violation of the model. */
export interface Violation {
  /** With the model's names: `Tagging.TagSet.1.Key`. */
  readonly path: string;
  /** The request's member that contains it; absent for a violation of the whole request. */
  readonly member: Member | undefined;
  readonly value: unknown;
  readonly shape: Shape;
  /** Whether the model marks the value as sensitive: it must not appear in logs and messages. */
  readonly sensitive: boolean;
  readonly rule: string;
}

/** The number of violations, and the first of them. */
export interface Violations {
  readonly count: number;
  readonly listed: readonly Violation[];
}

/** No error lists more: a request can break the model in every element of a long list. */
const mostListed = 10;
/** Longer texts are not matched: the patterns are for names and ARNs, and could take long for a megabyte. */
const longestMatched = 10_000;

/** The place in the request that is being checked. */
interface Place {
  readonly path: string;
  /** The key of its constraints: `Structure.member`, with `[]` for elements and values, `{}` for keys. */
  readonly key: string;
  readonly member: Member | undefined;
  readonly shape: Shape;
  readonly sensitive: boolean;
}

let loaded: Constraints | undefined;
const patterns = new Map<string, RegExp>();

function constraintsOf(service: ServiceName): Record<string, Constraint> {
  loaded ??= JSON.parse(readFileSync(join(__dirname, "constraints.json"), "utf8")) as Constraints;
  return loaded.services[service] ?? {};
}

/** The values that a service's model lists for a member (`Structure.member`). */
export const allowedValues = (service: ServiceName, key: string): readonly string[] =>
  constraintsOf(service)[key]?.enum ?? [];

/** A request that is checked. */
interface Checked {
  readonly constraints: Record<string, Constraint>;
  report(place: Place, value: unknown, rule: string): void;
}

/**
 * The violations of the service's model in a request: required members, types and constraints. With a count of 0 the
 * handler runs.
 */
export function findViolations(service: ServiceName, shape: Shape, input: unknown): Violations {
  let count = 0;
  const listed: Violation[] = [];
  const report: Checked["report"] = ({ path, member, sensitive, shape: at }, value, rule) => {
    if (++count <= mostListed) listed.push({ path, member, value, shape: at, sensitive, rule });
  };
  const request = { constraints: constraintsOf(service), report };
  check(request, shape, input, { path: "", key: "", member: undefined, shape, sensitive: false });
  return { count, listed };
}

/** Texts and numbers in a list are reported together, as a violation of the list; structures one by one. */
function checkElements(request: Checked, { element }: ListShape, values: readonly unknown[], place: Place): void {
  const list = { ...place, sensitive: place.sensitive || isSensitive(element.shape) };
  const inner = { ...list, shape: element.shape, key: `${place.key}[]` };
  const constraint = request.constraints[inner.key];
  if (isSimple(element.shape)) {
    if (constraint && values.some((value) => findBreaches(constraint, value).length > 0)) {
      request.report(list, values, `Member must satisfy constraint: [${rulesOf(constraint).join(", ")}]`);
    }
  }
  values.forEach((value, i) => {
    const at = { ...inner, path: `${place.path}.${i + 1}` };
    if (value === undefined || value === null) request.report(at, undefined, notNull);
    else if (!isSimple(element.shape)) check(request, element.shape, value, { ...at, path: `${at.path}.member` });
    else checkType(request, element.shape, value, at);
  });
}

function checkEntries(request: Checked, map: MapShape, entries: object, place: Place): void {
  const keyRules = request.constraints[`${place.key}{}`];
  if (keyRules && Object.keys(entries).some((key) => findBreaches(keyRules, key).length > 0)) {
    request.report(place, entries, `Map keys must satisfy constraint: [${rulesOf(keyRules).join(", ")}]`);
  }
  const inner = { ...place, shape: map.value.shape, key: `${place.key}[]` };
  const simple = isSimple(map.value.shape);
  const valueRules = simple ? request.constraints[inner.key] : undefined;
  if (valueRules && Object.values(entries).some((value) => findBreaches(valueRules, value).length > 0)) {
    request.report(place, entries, `Map value must satisfy constraint: [${rulesOf(valueRules).join(", ")}]`);
  }
  for (const [key, value] of Object.entries(entries)) {
    const at = { ...inner, path: `${place.path}.${key}` };
    if (value === undefined || value === null) request.report(at, undefined, notNull);
    else if (simple) checkType(request, map.value.shape, value, at);
    else check(request, map.value.shape, value, { ...at, path: `${at.path}.member` });
  }
}

function checkMembers(request: Checked, structure: StructureShape, value: object, place: Place): void {
  const fields = value as Record<string, unknown>;
  for (const [name, member] of structure.members) {
    const inner = fields[name];
    const at: Place = {
      path: place.path ? `${place.path}.${name}` : name,
      key: `${structure.name}.${name}`,
      member: place.member ?? member,
      shape: member.shape,
      sensitive: place.sensitive || isSensitive(member.shape),
    };
    if (inner !== undefined && inner !== null) check(request, member.shape, inner, at);
    else if (member.required) request.report(at, undefined, notNull);
  }
}

function check(request: Checked, current: Shape, value: unknown, place: Place): void {
  const broken = findBreaches(request.constraints[place.key], value);
  for (const { rule } of broken) request.report(place, value, rule);
  // The elements of a list that is too long are not checked: there may be many.
  if (broken.some(({ tooLong }) => tooLong)) return;
  if (current.kind === "structure" || current.kind === "union") {
    if (!isObject(value)) request.report(place, value, "Member must be a structure");
    else checkMembers(request, current, value, place);
  } else if (current.kind === "list") {
    if (!Array.isArray(value)) request.report(place, value, "Member must be a list");
    else checkElements(request, current, value, place);
  } else if (current.kind === "map") {
    if (!isObject(value)) request.report(place, value, "Member must be a map");
    else checkEntries(request, current, value, place);
  } else {
    checkType(request, current, value, place);
  }
}

function checkType(request: Checked, { kind }: Shape, value: unknown, place: Place): void {
  if (!fits(kind, value)) request.report(place, value, `Member must be a ${kind}`);
}

/**
 * The violations in AWS's words (recorded answers of many services): `2 validation errors detected: Value 'x' at 'name'
 * failed to satisfy constraint: …; …`. Members are written like Java's properties in all protocols.
 */
export function describeViolations({ count, listed }: Violations): string {
  const texts = listed.map(
    ({ path, value, shape, sensitive, rule }) =>
      `Value ${sensitive ? "" : `${printValue(value, shape)} `}at '${asProperties(path)}' failed to satisfy constraint: ${rule}`,
  );
  return `${count} validation ${count === 1 ? "error" : "errors"} detected: ${texts.join("; ")}`;
}

const notNull = "Member must not be null";

const asProperties = (path: string) =>
  path
    .split(".")
    .map((name) => name.charAt(0).toLowerCase() + name.slice(1))
    .join(".");

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSimple = ({ kind }: Shape) => !["structure", "union", "list", "map"].includes(kind);
const isSensitive = (shape: Shape) => "sensitive" in shape && shape.sensitive === true;

function fits(kind: Shape["kind"], value: unknown): boolean {
  return (
    (kind === "string" && typeof value === "string") ||
    (kind === "number" && typeof value === "number") ||
    (kind === "boolean" && typeof value === "boolean") ||
    (kind === "timestamp" && value instanceof Date) ||
    (kind === "blob" && (value instanceof Uint8Array || value instanceof Content)) ||
    kind === "document" ||
    kind === "unit"
  );
}

interface Breach {
  readonly rule: string;
  readonly tooLong: boolean;
}

/** The rules of a constraint that a value breaks, in the order in which AWS lists them. */
function findBreaches(constraint: Constraint | undefined, value: unknown): Breach[] {
  if (!constraint) return [];
  const { min, max, pattern, enum: allowed } = constraint;
  const found: Breach[] = [];
  const size = sizeOf(value);
  const isNumber = typeof value === "number";
  if (typeof value === "string") {
    if (pattern !== undefined && value.length <= longestMatched && !compiled(pattern).test(value)) {
      found.push({ rule: patternRule(pattern), tooLong: false });
    }
    if (allowed && !allowed.includes(value)) found.push({ rule: enumRule(allowed), tooLong: false });
  }
  if (size !== undefined && max !== undefined && size > max) {
    found.push({ rule: maxRule(max, isNumber), tooLong: !isNumber });
  }
  if (size !== undefined && min !== undefined && size < min) {
    found.push({ rule: minRule(min, isNumber), tooLong: false });
  }
  return found;
}

/** All rules of a constraint on an element, key or value: AWS lists all of them, not only the broken ones. */
function rulesOf({ min, max, pattern, enum: allowed }: Constraint): string[] {
  return [
    ...(max === undefined ? [] : [maxRule(max, false)]),
    ...(min === undefined ? [] : [minRule(min, false)]),
    ...(pattern === undefined ? [] : [patternRule(pattern)]),
    ...(allowed === undefined ? [] : [enumRule(allowed)]),
  ];
}

const sizeWord = (isNumber: boolean) => (isNumber ? "value" : "length");
const maxRule = (max: number, isNumber: boolean) =>
  `Member must have ${sizeWord(isNumber)} less than or equal to ${max}`;
const minRule = (min: number, isNumber: boolean) =>
  `Member must have ${sizeWord(isNumber)} greater than or equal to ${min}`;
const patternRule = (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`;
const enumRule = (allowed: readonly string[]) => `Member must satisfy enum value set: [${allowed.join(", ")}]`;

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
