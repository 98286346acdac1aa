import { BlockList, isIP } from "node:net";
import { notImplemented } from "../../aws/fault";
import { compileGlob } from "../../aws/glob";
import type { PolicyStatement } from "../../host/principal";
import type { RequestContext } from "./context";
import { readInstant } from "./instant";
import { literalOf, matchesArn, readArnPattern, readPattern } from "./patterns";

/** Returns whether a value of the request meets one of the policy's values. */
type Comparison = (actual: string) => boolean;
interface Operator {
  /**
   * Reads the values of the policy. A value that cannot be read, and a variable without a value,
   * compare with nothing, not even to say that they differ: undefined when no value is left.
   */
  readonly read: (
    wanted: readonly string[],
    context: RequestContext,
    version: string | undefined,
  ) => Comparison | undefined;
  /** Returns whether the request's value is one for this operator. */
  readonly accepts: (actual: string) => boolean;
  /** `NotEquals` and its kin: no value of the policy may be met. */
  readonly negated: boolean;
}

/** Reads values one by one, and compares with one after the other. */
const each =
  (
    read: (wanted: string, context: RequestContext, version: string | undefined) => Comparison | undefined,
  ): Operator["read"] =>
  (wanted, context, version) => {
    const found = wanted.map((value) => read(value, context, version)).filter((compare) => compare !== undefined);
    if (found.length === 0) return undefined;
    return (actual) => found.some((compare) => compare(actual));
  };

const always = () => true;
/**
 * Operators of texts and ARNs put variables into the policy's value; the guide allows them in no
 * others.
 */
const text = (change: (value: string) => string, negated = false): Operator => ({
  read(wanted, context, version) {
    const patterns = wanted.map((value) => readPattern(value, context, version));
    const known = new Set(patterns.flatMap((pattern) => (pattern ? [change(literalOf(pattern))] : [])));
    return known.size === 0 ? undefined : (actual) => known.has(change(actual));
  },
  accepts: always,
  negated,
});
const like = (negated = false): Operator => ({
  read: each((wanted, context, version) => {
    const pattern = readPattern(wanted, context, version);
    return pattern && compileGlob(pattern);
  }),
  accepts: always,
  negated,
});
const arn = (negated = false): Operator => ({
  read: each((wanted, context, version) => {
    const pattern = readArnPattern(wanted, context, version);
    return pattern && ((actual) => matchesArn(pattern, actual));
  }),
  accepts: always,
  negated,
});
const ordered =
  (read: (value: string) => number) =>
  (compare: (a: number, b: number) => boolean, negated = false): Operator => ({
    read: each((wanted) => {
      const bound = read(wanted);
      return Number.isNaN(bound) ? undefined : (actual) => compare(read(actual), bound);
    }),
    accepts: (actual) => !Number.isNaN(read(actual)),
    negated,
  });
const numeric = ordered((value) => (value.trim() === "" ? Number.NaN : Number(value)));
const dated = ordered((value) => readInstant(value) ?? Number.NaN);
const plain = (compare: (actual: string, wanted: string) => boolean, negated = false): Operator => ({
  read: each((wanted) => (actual) => compare(actual, wanted)),
  accepts: always,
  negated,
});

const same = (value: string) => value;
const lower = (value: string) => value.toLowerCase();

/**
 * IAM user guide, "IAM JSON policy elements: Condition operators". `Null` is apart: it looks at
 * presence, not at values.
 */
const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    StringEquals: text(same),
    StringNotEquals: text(same, true),
    StringEqualsIgnoreCase: text(lower),
    StringNotEqualsIgnoreCase: text(lower, true),
    StringLike: like(),
    StringNotLike: like(true),
    ArnEquals: arn(),
    ArnLike: arn(),
    ArnNotEquals: arn(true),
    ArnNotLike: arn(true),
    NumericEquals: numeric((a, b) => a === b),
    NumericNotEquals: numeric((a, b) => a === b, true),
    NumericLessThan: numeric((a, b) => a < b),
    NumericLessThanEquals: numeric((a, b) => a <= b),
    NumericGreaterThan: numeric((a, b) => a > b),
    NumericGreaterThanEquals: numeric((a, b) => a >= b),
    DateEquals: dated((a, b) => a === b),
    DateNotEquals: dated((a, b) => a === b, true),
    DateLessThan: dated((a, b) => a < b),
    DateLessThanEquals: dated((a, b) => a <= b),
    DateGreaterThan: dated((a, b) => a > b),
    DateGreaterThanEquals: dated((a, b) => a >= b),
    Bool: plain((a, b) => a.toLowerCase() === b.toLowerCase()),
    IpAddress: plain(inRange),
    NotIpAddress: plain(inRange, true),
  }),
);

function inRange(address: string, range: string): boolean {
  const [network = "", bits] = range.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  if (isIP(network) === 0 || isIP(address) !== isIP(network)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  return list.check(address, family);
}

interface Test {
  readonly operator: string;
  readonly quantifier: "ForAllValues" | "ForAnyValue" | undefined;
  readonly ifExists: boolean;
}

function readOperator(name: string): Test {
  const [, quantifier, operator = name, ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  return { operator, quantifier: quantifier as Test["quantifier"], ifExists: ifExists !== undefined };
}

/**
 * Returns whether a name, with its quantifier and suffix, is a condition operator of the policy
 * language.
 */
export function isOperator(name: string): boolean {
  const { operator, ifExists } = readOperator(name);
  return operators.has(operator) || (operator === "Null" && !ifExists) || operator === "BinaryEquals";
}

/** Returns whether the values of an operator are dates. */
export const isDateOperator = (name: string) => /^Date/.test(readOperator(name).operator) && isOperator(name);

/**
 * Returns whether the request meets all conditions of a statement. Throws a 501 for an operator or
 * key the account lacks.
 */
export function matchesConditions(
  conditions: PolicyStatement["Condition"],
  context: RequestContext,
  version: string | undefined,
): boolean {
  for (const [name, keys] of Object.entries(conditions ?? {})) {
    const test = readOperator(name);
    for (const [key, raw] of Object.entries(keys)) {
      const wanted = (Array.isArray(raw) ? raw : [raw]).map(String);
      if (!matchesCondition(test, key, wanted, context, version)) return false;
    }
  }
  return true;
}

function matchesCondition(
  test: Test,
  key: string,
  wanted: readonly string[],
  context: RequestContext,
  version: string | undefined,
): boolean {
  const actual = context.values(key);
  if (test.operator === "Null") {
    return wanted.some((value) => (value.toLowerCase() === "true") === (actual === undefined));
  }
  const operator = operators.get(test.operator);
  if (!operator) throw notImplemented(`iam: the condition operator ${test.operator}`);
  if (actual === undefined || actual.length === 0) {
    if (test.quantifier) return test.quantifier === "ForAllValues" || test.ifExists;
    return test.ifExists || operator.negated;
  }
  const meets = operator.read(wanted, context, version);
  if (!meets) return false;
  const matchesValue = (value: string) => operator.accepts(value) && meets(value) !== operator.negated;
  if (test.quantifier === "ForAnyValue") return actual.some(matchesValue);
  if (test.quantifier === "ForAllValues" || operator.negated) return actual.every(matchesValue);
  return actual.some(matchesValue);
}
