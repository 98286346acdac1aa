import { BlockList, isIP } from "node:net";
import { anyRun, compileGlob, type Glob, type GlobToken } from "../../aws/glob";
import { type Fields, readFields } from "./fields";

/** Returns whether an event, given as its JSON, matches. */
export type EventPattern = (event: unknown) => boolean;
/** Returns whether a field's value matches; undefined is a missing field, a map an object. */
type Test = (value: unknown) => boolean;
type FieldsTest = (fields: Fields) => boolean;

/** A pattern that EventBridge refuses; the message is the reason. */
export class PatternError extends Error {}

/**
 * Reads an event pattern (EventBridge User Guide, "Comparison operators"). Throws PatternError.
 * Fields are matched together, values of a field in turn; a field whose event value is an array
 * matches by any element.
 */
export function parsePattern(text: string): EventPattern {
  const pattern = readFields(parseText(text));
  if (!isFields(pattern) || pattern.size === 0) throw new PatternError("Filter is not an object");
  const matches = fieldsTest(pattern);
  return (event) => matches(fieldsOf(readFields(event)));
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PatternError((error as Error).message);
  }
}

const isFields = (value: unknown): value is Fields => value instanceof Map;
/** Anything but an object has no fields. */
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : new Map());

function fieldsTest(pattern: Fields): FieldsTest {
  const tests = Array.from(pattern, ([name, rule]) => (name === "$or" ? alternatives(rule) : fieldTest(name, rule)));
  return (fields) => tests.every((test) => test(fields));
}

function alternatives(rule: unknown): FieldsTest {
  if (!Array.isArray(rule) || rule.length < 2 || !rule.every(isFields)) {
    throw new PatternError("$or must be an array of at least two objects");
  }
  const tests = rule.map(fieldsTest);
  return (fields) => tests.some((test) => test(fields));
}

function fieldTest(name: string, rule: unknown): FieldsTest {
  if (isFields(rule)) {
    if (rule.size === 0) throw new PatternError(`"${name}" is an empty object`);
    const inner = fieldsTest(rule);
    // One element of an array must match the whole inner pattern; without the field, an inner
    // `exists: false` may match.
    return (fields) => elementsOf(fields.get(name)).some((element) => inner(fieldsOf(element)));
  }
  if (!Array.isArray(rule)) throw new PatternError(`"${name}" must be an object or an array`);
  if (rule.length === 0) throw new PatternError("Empty arrays are not allowed");
  const tests = rule.map((one) => valueTest(one, name));
  return (fields) => elementsOf(fields.get(name)).some((element) => tests.some((test) => test(element)));
}

/**
 * The elements of a list, and of the lists in it; of any other value itself. An empty list is a
 * missing field.
 */
function elementsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  const elements: unknown[] = value.flat(Number.POSITIVE_INFINITY);
  return elements.length === 0 ? [undefined] : elements;
}

const isPlain = (value: unknown) => value === null || ["string", "number", "boolean"].includes(typeof value);

function valueTest(rule: unknown, name: string): Test {
  if (isPlain(rule)) return (value) => value === rule;
  const [operator, operand] = onlyEntry(rule, name);
  switch (operator) {
    case "exists":
      if (typeof operand !== "boolean") throw new PatternError("exists must be true or false");
      // Only leaves exist: an object does not match.
      return (value) => (operand ? value !== undefined && !isFields(value) : value === undefined);
    case "anything-but":
      return anythingBut(operand, name);
    case "numeric":
      return numeric(operand);
    case "cidr":
      return cidr(operand);
    default:
      return textTest(operator, operand, name);
  }
}

function onlyEntry(rule: unknown, name: string): [operator: string, operand: unknown] {
  const [only, ...others] = fieldsOf(rule);
  if (only === undefined || others.length > 0) throw new PatternError(`"${name}" needs one comparison per object`);
  return only;
}

const textTests: ReadonlyMap<string, (wanted: string) => (text: string) => boolean> = new Map(
  Object.entries({
    prefix: (wanted: string) => (text: string) => text.startsWith(wanted),
    suffix: (wanted: string) => (text: string) => text.endsWith(wanted),
    "equals-ignore-case": (wanted: string) => (text: string) => text.toLowerCase() === wanted.toLowerCase(),
    wildcard,
  }),
);

function textTest(operator: string, operand: unknown, name: string): Test {
  const create = textTests.get(operator);
  if (!create) throw new PatternError(`Unrecognized match type ${operator}`);
  if ((operator === "prefix" || operator === "suffix") && isFields(operand)) {
    const [inner, wanted] = onlyEntry(operand, name);
    if (inner !== "equals-ignore-case") throw new PatternError(`${operator} takes only equals-ignore-case`);
    const matches = create(textOf(wanted, operator).toLowerCase());
    return (value) => typeof value === "string" && matches(value.toLowerCase());
  }
  const matches = create(textOf(operand, operator));
  return (value) => typeof value === "string" && matches(value);
}

function textOf(operand: unknown, operator: string): string {
  if (typeof operand !== "string") throw new PatternError(`${operator} match pattern must be a string`);
  return operand;
}

/** True for a value that is there and is none of these. */
function anythingBut(operand: unknown, name: string): Test {
  const tests = isFields(operand) ? textTestsIn(operand, name) : plainTests(operand);
  return (value) => value !== undefined && !isFields(value) && !tests.some((test) => test(value));
}

function plainTests(operand: unknown): Test[] {
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (values.length === 0 || !values.every((value) => isPlain(value) && value !== null)) {
    throw new PatternError("Value of anything-but must be an array or single string/number value.");
  }
  return values.map((wanted) => (value) => value === wanted);
}

/** `anything-but` takes a text or a list of texts. */
function textTestsIn(operand: Fields, name: string): Test[] {
  const [operator, value] = onlyEntry(operand, name);
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.map((wanted) => {
    if (typeof wanted !== "string" || (wanted === "" && operator !== "equals-ignore-case")) {
      throw new PatternError(`anything-but ${operator} takes texts that are not empty`);
    }
    return textTest(operator, wanted, name);
  });
}

const comparisons: ReadonlyMap<unknown, (a: number, b: number) => boolean> = new Map(
  Object.entries({
    "=": (a: number, b: number) => a === b,
    "<": (a: number, b: number) => a < b,
    "<=": (a: number, b: number) => a <= b,
    ">": (a: number, b: number) => a > b,
    ">=": (a: number, b: number) => a >= b,
  }),
);
const numericLimit = 5e9;

/** `["=", n]`, one bound, or a range `[">", a, "<=", b]`. */
function numeric(operand: unknown): Test {
  if (!Array.isArray(operand)) throw new PatternError("Value of numeric must be an array.");
  const parts: unknown[] = operand;
  const tests = [bound(parts[0], parts[1])];
  if (parts.length > 2) {
    tests.push(bound(parts[2], parts[3]));
    const isRange = String(parts[0]).startsWith(">") && String(parts[2]).startsWith("<") && parts.length === 4;
    if (!isRange || Number(parts[1]) >= Number(parts[3])) throw new PatternError("Bad numeric range");
  }
  return (value) => typeof value === "number" && tests.every((matches) => matches(value));
}

function bound(operator: unknown, limit: unknown): (value: number) => boolean {
  const compare = comparisons.get(operator);
  if (!compare) throw new PatternError(`Unrecognized numeric range operator: ${String(operator)}`);
  if (typeof limit !== "number") throw new PatternError(`Value of ${String(operator)} must be numeric`);
  if (Math.abs(limit) > numericLimit) throw new PatternError("Value of numeric must be a number between -5e9 and 5e9");
  return (value) => compare(value, limit);
}

/** Tests whether an address is in a network. */
function cidr(operand: unknown): Test {
  const [, address = "", bits = ""] = /^([^/]+)\/(\d+)$/.exec(String(operand)) ?? [];
  const version = isIP(address);
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) {
    throw new PatternError(`Malformed CIDR: ${String(operand)}`);
  }
  const network = new BlockList();
  const family = version === 4 ? "ipv4" : "ipv6";
  network.addSubnet(address, Number(bits), family);
  return (value) => typeof value === "string" && isIP(value) === version && network.check(value, family);
}

/** `*` is any text; `\*` and `\\` are the characters themselves. */
function wildcard(pattern: string): Glob {
  const tokens = Array.from(pattern.matchAll(/\\[*\\]|[\s\S]/g), ([token]): GlobToken => {
    if (token === "*") return anyRun;
    if (token === "\\") throw new PatternError("Invalid escape character: only \\* and \\\\ are escapes");
    return token.at(-1) ?? "";
  });
  if (tokens.some((token, i) => token === anyRun && tokens[i + 1] === anyRun)) {
    throw new PatternError("Consecutive wildcard characters");
  }
  if (isTooComplex(tokens)) throw new PatternError("Rule is too complex - try using fewer wildcard characters");
  return compileGlob(tokens);
}

/**
 * AWS refuses `*:*:*:*:*:event-bus/*` (recorded: localstack's snapshot
 * content_wildcard_complex_EXC) and publishes no bound: here five wildcards that the same character
 * follows are too many.
 */
const mostRepeated = 4;

function isTooComplex(tokens: readonly GlobToken[]): boolean {
  const followers = tokens.filter((_, i) => tokens[i - 1] === anyRun);
  return followers.some((one) => followers.filter((other) => other === one).length > mostRepeated);
}
