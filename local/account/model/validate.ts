import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Content } from "../content/content";
import type { ServiceName } from "./clients";
import { type ListShape, type MapShape, type Member, memberValue, type Shape, type StructureShape } from "./schema";

/**
 * A constraint of the service's model. `min` and `max` limit a number's value, and the length of
 * everything else.
 */
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
  /**
   * The key of its constraints: `Structure.member`, with `[]` for elements and values, `{}` for
   * keys.
   */
  readonly key: string;
  readonly member: Member | undefined;
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

/**
 * The members of a service's responses that are doubles (`Structure.member`, with `[]` for elements
 * and values).
 */
export const doublesOf = (service: ServiceName): ReadonlySet<string> => loadedOf(service).doubles;

function readConstraints(): ReadonlyMap<string, Loaded> {
  const { services, doubles } = JSON.parse(readFileSync(join(__dirname, "constraints.json"), "utf8")) as Constraints;
  const load = (service: string, found: Record<string, Constraint>) => ({
    constraints: new Map(Object.entries(found)),
    doubles: new Set(doubles[service]),
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
  check(request, shape, input, { path: "", key: "", member: undefined, sensitive: false });
  return found;
}

function checkElements(request: Checked, { element }: ListShape, values: readonly unknown[], position: Position): void {
  for (const [i, value] of values.entries()) checkInner(request, element.shape, value, String(i + 1), position);
}

function checkEntries(request: Checked, { value: { shape } }: MapShape, entries: object, position: Position): void {
  const keyRules = request.constraints.get(`${position.key}{}`);
  for (const [key, value] of Object.entries(entries)) {
    if (keyRules) for (const rule of brokenRules(keyRules, key)) request.report(position, key, rule);
    checkInner(request, shape, value, key, position);
  }
}

/** Checks an element of a list or a value of a map. */
function checkInner(request: Checked, shape: Shape, value: unknown, name: string, position: Position): void {
  const path = `${position.path}.${name}`;
  const at = { ...position, path, key: `${position.key}[]`, sensitive: position.sensitive || isSensitive(shape) };
  if (value === undefined || value === null) request.report(at, undefined, notNull);
  else check(request, shape, value, isSimple(shape) ? at : { ...at, path: `${path}.member` });
}

function checkMembers(request: Checked, structure: StructureShape, value: object, position: Position): void {
  for (const [name, member] of structure.members) {
    const inner = memberValue(value, member);
    const at: Position = {
      path: position.path ? `${position.path}.${name}` : name,
      key: `${structure.name}.${name}`,
      member: position.member ?? member,
      sensitive: position.sensitive || isSensitive(member.shape),
    };
    if (inner !== undefined && inner !== null) check(request, member.shape, inner, at);
    else if (member.required) request.report(at, undefined, notNull);
  }
}

function check(request: Checked, current: Shape, value: unknown, position: Position): void {
  const constraint = request.constraints.get(position.key);
  if (constraint) for (const rule of brokenRules(constraint, value)) request.report(position, value, rule);
  if (current.kind === "structure" || current.kind === "union") {
    if (!isObject(value)) request.report(position, value, "Member must be a structure");
    else checkMembers(request, current, value, position);
  } else if (current.kind === "list") {
    if (!Array.isArray(value)) request.report(position, value, "Member must be a list");
    else checkElements(request, current, value, position);
  } else if (current.kind === "map") {
    if (!isObject(value)) request.report(position, value, "Member must be a map");
    else checkEntries(request, current, value, position);
  } else if (!fits(current.kind, value)) {
    request.report(position, value, `Member must be a ${current.kind}`);
  }
}

/**
 * The violations in AWS's words (recorded answers of many services): `2 validation errors detected:
 * Value 'x' at 'name' failed to satisfy constraint: …; …`. Members are written like Java's
 * properties in all protocols. AWS also prints lists and structures.
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

/** The rules of a constraint that a value breaks, in the order in which AWS lists them. */
function brokenRules(constraint: Constraint, value: unknown): string[] {
  const { min, max, pattern, enum: allowed } = constraint;
  const size = sizeOf(value);
  const isNumber = typeof value === "number";
  const isText = typeof value === "string";
  return [
    isText && pattern !== undefined && !fitsPattern(pattern, value) && patternRule(pattern),
    isText && allowed !== undefined && !allowed.includes(value) && enumRule(allowed),
    size !== undefined && max !== undefined && size > max && maxRule(max, isNumber),
    size !== undefined && min !== undefined && size < min && minRule(min, isNumber),
  ].filter((rule) => rule !== false);
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
