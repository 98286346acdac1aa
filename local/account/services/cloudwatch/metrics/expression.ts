import { Fault, notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";

/** Values by the start of their period. */
export type TimeSeries = ReadonlyMap<number, number>;
/** The value of an expression: one series, several (`METRICS()`, `[a, b]`), or a number. */
type Value = { series: TimeSeries } | { list: readonly TimeSeries[] } | { number: number };

interface ExpressionScope {
  /** The series of an id; throws for an unknown one. */
  series(id: string): TimeSeries;
  /** All metrics of the query, for `METRICS()`. */
  metrics(): readonly TimeSeries[];
  /** The starts of all periods asked for, which `FILL` completes. */
  times(): readonly number[];
  /** Called before work on this many datapoints; throws when it is too much. */
  spend(count: number): void;
}

const invalid = (problem: string) =>
  new Fault("InvalidParameterValueException", `Invalid metrics expression: ${problem}`);

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "&&": (a, b) => Number(a !== 0 && b !== 0),
  "||": (a, b) => Number(a !== 0 || b !== 0),
};
function operationOf(operator: string) {
  const operation = ownValue(binary, operator);
  if (!operation) throw invalid(`'${operator}' is not an operator.`);
  return operation;
}
/** An expression has 2,048 characters: brackets alone would go deeper than functions can call each other. */
const deepest = 50;
/** Weakest first. */
const precedence = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/"], ["^"]];

/**
 * Evaluates metric math: arithmetic, comparisons, `IF`, `FILL`, `METRICS`, `SUM`, `AVG`, `MIN`, `MAX`, `ABS`, `CEIL`,
 * `FLOOR` (user guide, "Using metric math"). Another function returns 501.
 */
export function evaluate(text: string, scope: ExpressionScope): TimeSeries {
  const tokens = tokenize(text);
  let next = 0;
  const take = (wanted: string) => {
    if (tokens[next] !== wanted) return false;
    next++;
    return true;
  };
  const expect = (wanted: string) => {
    if (!take(wanted)) throw invalid(`'${wanted}' is missing in '${text}'.`);
  };
  let nested = 0;
  const inside = (read: () => Value): Value => {
    if (++nested > deepest) throw invalid(`'${text}' is nested deeper than ${deepest} levels.`);
    const value = read();
    nested--;
    return value;
  };
  const level = (depth: number): Value => {
    const operators = precedence[depth];
    if (!operators) return unary();
    let left = level(depth + 1);
    for (let operator = tokens[next]; operator !== undefined && operators.includes(operator); operator = tokens[next]) {
      next++;
      left = combine(left, level(depth + 1), operationOf(operator), scope);
    }
    return left;
  };
  const unary = (): Value =>
    take("-") ? combine({ number: 0 }, inside(unary), (a, b) => a - b, scope) : inside(primary);
  const list = (end: string): Value[] => {
    const values: Value[] = [];
    while (!take(end)) {
      if (values.length > 0) expect(",");
      values.push(level(0));
    }
    return values;
  };
  const primary = (): Value => {
    const token = tokens[next++];
    if (token === undefined) throw invalid(`'${text}' ends too early.`);
    if (token === "(") {
      const inner = level(0);
      expect(")");
      return inner;
    }
    if (token === "[") return { list: list("]").flatMap(seriesOf) };
    if (/^[\d.]/.test(token)) return { number: Number(token) };
    if (token === "REPEAT" || token === "LINEAR") throw invalid(`${token} is allowed inside FILL only.`);
    if (!/^[A-Za-z]/.test(token)) throw invalid(`'${token}' is not expected in '${text}'.`);
    if (!take("(")) return { series: scope.series(token) };
    if (token === "FILL") return fill();
    return apply(token, list(")"), scope);
  };
  const fill = (): Value => {
    const value = level(0);
    expect(",");
    if (tokens[next] === "LINEAR") throw notImplemented("cloudwatch: FILL with LINEAR");
    const repeat = take("REPEAT");
    const filling = repeat ? undefined : level(0);
    expect(")");
    if (filling && !("number" in filling)) throw invalid("FILL takes a number or REPEAT.");
    const all = seriesOf(value);
    const times = scope.times();
    scope.spend(all.length * times.length);
    const filled = all.map((series) => complete(series, times, filling?.number));
    return filled.length === 1 && filled[0] ? { series: filled[0] } : { list: filled };
  };

  const result = level(0);
  if (next < tokens.length) throw invalid(`'${tokens[next]}' is left over in '${text}'.`);
  if ("series" in result) return result.series;
  if ("number" in result) {
    scope.spend(scope.times().length);
    return new Map(scope.times().map((time) => [time, result.number]));
  }
  throw notImplemented("cloudwatch: an expression that returns several series");
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = /\s*([A-Za-z][A-Za-z0-9_]*|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|&&|\|\||[<>=!]=|[-+*/^<>()[\],])/y;
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const token = pattern.exec(text)?.[1];
    if (token === undefined) throw invalid(`'${text.slice(at).trim()}' is not understood.`);
    tokens.push(token);
  }
  return tokens;
}

const seriesOf = (value: Value): TimeSeries[] => {
  if ("series" in value) return [value.series];
  if ("list" in value) return [...value.list];
  throw invalid("a number is used where a time series is expected.");
};

/** Series meet at their common times; division by zero leaves a gap, as CloudWatch does. */
function combine(
  left: Value,
  right: Value,
  operation: (a: number, b: number) => number,
  { spend }: ExpressionScope,
): Value {
  if ("list" in left || "list" in right) throw notImplemented("cloudwatch: arithmetic on several series at once");
  if ("number" in left && "number" in right) return { number: operation(left.number, right.number) };
  const times = "series" in left ? left.series : "series" in right ? right.series : new Map<number, number>();
  spend("size" in times ? times.size : 0);
  const at = (value: Value, time: number) =>
    "number" in value ? value.number : "series" in value ? value.series.get(time) : undefined;
  return {
    series: gather(times.keys(), (time) => {
      const [a, b] = [at(left, time), at(right, time)];
      return a === undefined || b === undefined ? undefined : operation(a, b);
    }),
  };
}

function gather(times: Iterable<number>, value: (time: number) => number | undefined): TimeSeries {
  const result = new Map<number, number>();
  for (const time of times) {
    const found = value(time);
    if (found !== undefined && Number.isFinite(found)) result.set(time, found);
  }
  return result;
}

function complete(series: TimeSeries, times: readonly number[], filling: number | undefined): TimeSeries {
  let last: number | undefined;
  return gather(times, (time) => {
    last = series.get(time) ?? last;
    return series.get(time) ?? filling ?? last;
  });
}

const reducers: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  // Not as arguments of one call, which cannot take a hundred thousand of them.
  MIN: (values) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  MAX: (values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
};
const mappers: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

function apply(name: string, args: readonly Value[], scope: ExpressionScope): Value {
  const [first, second, third] = args;
  const reduce = ownValue(reducers, name);
  const map = ownValue(mappers, name);
  if (name === "METRICS" && args.length === 0) return { list: scope.metrics() };
  if (name === "IF" && first && second && args.length <= 3) return choose(first, second, third, scope);
  if (reduce && first && args.length === 1) return summarise(first, reduce, scope);
  if (map && first && "series" in first) {
    scope.spend(first.series.size);
    return { series: gather(first.series.keys(), (time) => map(first.series.get(time) ?? Number.NaN)) };
  }
  throw notImplemented(`cloudwatch: ${name} with ${args.length} arguments in a metric expression`);
}

/** Summarises one series as a number, and several as one series with the summary at each time. */
function summarise(value: Value, reduce: (values: readonly number[]) => number, { spend }: ExpressionScope): Value {
  if ("series" in value) spend(value.series.size);
  if ("series" in value) return { number: value.series.size === 0 ? Number.NaN : reduce([...value.series.values()]) };
  const all = seriesOf(value);
  spend(all.reduce((sum, series) => sum + series.size, 0));
  const times = new Set(all.flatMap((series) => [...series.keys()]));
  const sorted = [...times].sort((a, b) => a - b);
  spend(all.length * sorted.length);
  return { series: gather(sorted, (time) => reduce(all.flatMap((series) => series.get(time) ?? []))) };
}

function choose(condition: Value, yes: Value, no: Value | undefined, { spend }: ExpressionScope): Value {
  const at = (value: Value | undefined, time: number) =>
    value === undefined ? undefined : "number" in value ? value.number : seriesOf(value)[0]?.get(time);
  if ("number" in condition) return condition.number !== 0 ? yes : (no ?? { series: new Map() });
  const [series = new Map<number, number>()] = seriesOf(condition);
  spend(series.size);
  return { series: gather(series.keys(), (time) => at((series.get(time) ?? 0) !== 0 ? yes : no, time)) };
}
