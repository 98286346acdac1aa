import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ownValue } from "../aws/record";
import { Content } from "../content/content";
import type { ServiceName } from "./clients";
import { type ListShape, type MapShape, type Member, memberValue, type Shape, type StructureShape } from "./schema";

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
  /** The doubles in each service's responses, which the SDK clients do not tell from integers. */
  readonly doubles: Record<string, readonly string[]>;
}

/** One violation of the model. */
export interface Violation {
  /** With the model's names: `Tagging.TagSet.1.Key`. */
  readonly path: string;
  /** The request's member that contains it; absent for a violation of the whole request. */
  readonly member: Member | undefined;
  readonly value: unknown;
  /** True if the model marks the value as sensitive: it must not appear in logs and messages. */
  readonly sensitive: boolean;
  readonly rule: string;
}

/** The position in the request that is being checked. */
interface Position {
  readonly path: string;
  /** The key of its constraints: `Structure.member`, with `[]` for elements and values, `{}` for keys. */
  readonly key: string;
  readonly member: Member | undefined;
  readonly shape: Shape;
  readonly sensitive: boolean;
}

type ConstraintMap = ReadonlyMap<string, Constraint>;

interface Loaded {
  readonly constraints: ConstraintMap;
  readonly doubles: ReadonlySet<string>;
}

let loaded: ReadonlyMap<string, Loaded> | undefined;

function loadedOf(service: ServiceName): Loaded {
  loaded ??= readConstraints();
  return loaded.get(service) ?? { constraints: new Map(), doubles: new Set() };
}

const constraintsOf = (service: ServiceName) => loadedOf(service).constraints;

/** The members of a service's responses that are doubles (`Structure.member`, with `[]` for elements and values). */
export const doublesOf = (service: ServiceName): ReadonlySet<string> => loadedOf(service).doubles;

function readConstraints(): ReadonlyMap<string, Loaded> {
  const { services, doubles } = JSON.parse(readFileSync(join(__dirname, "constraints.json"), "utf8")) as Constraints;
  const load = (service: string, found: Record<string, Constraint>) => ({
    constraints: new Map(Object.entries(found)),
    doubles: new Set(ownValue(doubles, service)),
  });
  return new Map(Object.entries(services).map(([service, found]) => [service, load(service, found)]));
}

/** The values that a service's model lists for a member (`Structure.member`). */
export const allowedValues = (service: ServiceName, key: string): readonly string[] =>
  constraintsOf(service).get(key)?.enum ?? [];

/** A request that is checked. */
interface Checked {
  readonly constraints: ConstraintMap;
  report(position: Position, value: unknown, rule: string): void;
}

/** The violations of the service's model in a request: required members, types and constraints. */
export function findViolations(service: ServiceName, shape: Shape, input: unknown): readonly Violation[] {
  const found: Violation[] = [];
  const report: Checked["report"] = ({ path, member, sensitive }, value, rule) => {
    found.push({ path, member, value, sensitive, rule });
  };
  const request = { constraints: constraintsOf(service), report };
  check(request, shape, input, { path: "", key: "", member: undefined, shape, sensitive: false });
  return found;
}

/** Texts and numbers in a list are reported together, as a violation of the list; structures one by one. */
function checkElements(request: Checked, { element }: ListShape, values: readonly unknown[], position: Position): void {
  const list = { ...position, sensitive: position.sensitive || isSensitive(element.shape) };
  const inner = { ...list, shape: element.shape, key: `${position.key}[]` };
  const constraint = request.constraints.get(inner.key);
  if (isSimple(element.shape)) {
    if (constraint && values.some((value) => findBreaches(constraint, value).length > 0)) {
      request.report(list, values, `Member must satisfy constraint: [${rulesOf(constraint).join(", ")}]`);
    }
  }
  values.forEach((value, i) => {
    const at = { ...inner, path: `${position.path}.${i + 1}` };
    if (value === undefined || value === null) request.report(at, undefined, notNull);
    else if (!isSimple(element.shape)) check(request, element.shape, value, { ...at, path: `${at.path}.member` });
    else checkType(request, element.shape, value, at);
  });
}

function checkEntries(request: Checked, map: MapShape, entries: object, position: Position): void {
  const keyRules = request.constraints.get(`${position.key}{}`);
  if (keyRules && Object.keys(entries).some((key) => findBreaches(keyRules, key).length > 0)) {
    request.report(position, entries, `Map keys must satisfy constraint: [${rulesOf(keyRules).join(", ")}]`);
  }
  const inner = { ...position, shape: map.value.shape, key: `${position.key}[]` };
  const simple = isSimple(map.value.shape);
  const valueRules = simple ? request.constraints.get(inner.key) : undefined;
  if (valueRules && Object.values(entries).some((value) => findBreaches(valueRules, value).length > 0)) {
    request.report(position, entries, `Map value must satisfy constraint: [${rulesOf(valueRules).join(", ")}]`);
  }
  for (const [key, value] of Object.entries(entries)) {
    const at = { ...inner, path: `${position.path}.${key}` };
    if (value === undefined || value === null) request.report(at, undefined, notNull);
    else if (simple) checkType(request, map.value.shape, value, at);
    else check(request, map.value.shape, value, { ...at, path: `${at.path}.member` });
  }
}

function checkMembers(request: Checked, structure: StructureShape, value: object, position: Position): void {
  for (const [name, member] of structure.members) {
    const inner = memberValue(value, member);
    const at: Position = {
      path: position.path ? `${position.path}.${name}` : name,
      key: `${structure.name}.${name}`,
      member: position.member ?? member,
      shape: member.shape,
      sensitive: position.sensitive || isSensitive(member.shape),
    };
    if (inner !== undefined && inner !== null) check(request, member.shape, inner, at);
    else if (member.required) request.report(at, undefined, notNull);
  }
}

function check(request: Checked, current: Shape, value: unknown, position: Position): void {
  const broken = findBreaches(request.constraints.get(position.key), value);
  for (const { rule } of broken) request.report(position, value, rule);
  if (broken.some(({ tooLong }) => tooLong)) return;
  if (current.kind === "structure" || current.kind === "union") {
    if (!isObject(value)) request.report(position, value, "Member must be a structure");
    else checkMembers(request, current, value, position);
  } else if (current.kind === "list") {
    if (!Array.isArray(value)) request.report(position, value, "Member must be a list");
    else checkElements(request, current, value, position);
  } else if (current.kind === "map") {
    if (!isObject(value)) request.report(position, value, "Member must be a map");
    else checkEntries(request, current, value, position);
  } else {
    checkType(request, current, value, position);
  }
}

function checkType(request: Checked, { kind }: Shape, value: unknown, position: Position): void {
  if (!fits(kind, value)) request.report(position, value, `Member must be a ${kind}`);
}

/**
 * The violations in AWS's words (recorded answers of many services): `2 validation errors detected: Value 'x' at 'name'
 * failed to satisfy constraint: …; …`. Members are written like Java's properties in all protocols. AWS also prints lists
 * and structures.
 */
export function describeViolations(violations: readonly Violation[]): string {
  const texts = violations.map(
    ({ path, value, sensitive, rule }) =>
      `Value ${sensitive ? "" : printValue(value)}at '${asProperties(path)}' failed to satisfy constraint: ${rule}`,
  );
  return `${texts.length} validation ${texts.length === 1 ? "error" : "errors"} detected: ${texts.join("; ")}`;
}

function printValue(value: unknown): string {
  if (value === undefined || value === null) return "null ";
  return typeof value === "object" ? "" : `'${String(value).slice(0, longestPrinted)}' `;
}

/** AWS prints the whole value. */
const longestPrinted = 2048;

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

const expressions = new Map<string, RegExp>();

function fitsPattern(pattern: string, text: string): boolean {
  const expression = expressions.get(pattern) ?? new RegExp(`^(?:${pattern})$`, "su");
  expressions.set(pattern, expression);
  return expression.test(text);
}

interface Breach {
  readonly rule: string;
  readonly tooLong: boolean;
}

/**
 * The rules of a constraint that a value breaks, in the order in which AWS lists them. A value that is too long is not
 * looked into: its pattern is not matched, and its elements are not checked.
 */
function findBreaches(constraint: Constraint | undefined, value: unknown): Breach[] {
  if (!constraint) return [];
  const { min, max, pattern, enum: allowed } = constraint;
  const found: Breach[] = [];
  const size = sizeOf(value);
  const isNumber = typeof value === "number";
  const tooLarge = size !== undefined && max !== undefined && size > max;
  if (tooLarge && !isNumber) return [{ rule: maxRule(max, false), tooLong: true }];
  if (typeof value === "string") {
    if (pattern !== undefined && !fitsPattern(pattern, value)) {
      found.push({ rule: patternRule(pattern), tooLong: false });
    }
    if (allowed && !allowed.includes(value)) found.push({ rule: enumRule(allowed), tooLong: false });
  }
  if (tooLarge) found.push({ rule: maxRule(max, true), tooLong: false });
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
