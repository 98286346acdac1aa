import { Fault, notImplemented } from "../../../aws/fault";

/** Values by the start of their period. */
export type TimeSeries = ReadonlyMap<number, number>;
type Value = TimeSeries | number;
type Operation = (a: number, b: number) => number;

const invalid = (problem: string) =>
  new Fault("InvalidParameterValueException", `Invalid metrics expression: ${problem}`);

const operations = new Map<string, Operation>([
  ["+", (a, b) => a + b],
  ["-", (a, b) => a - b],
  ["*", (a, b) => a * b],
  ["/", (a, b) => a / b],
]);
/** Weakest first. */
const precedence = [
  ["+", "-"],
  ["*", "/"],
];

const summaries = new Map<string, (values: readonly number[]) => number>([
  ["SUM", (values) => values.reduce((sum, value) => sum + value, 0)],
  ["AVG", (values) => values.reduce((sum, value) => sum + value, 0) / values.length],
  ["MIN", (values) => Math.min(...values)],
  ["MAX", (values) => Math.max(...values)],
]);

/**
 * An expression has 2,048 characters: brackets alone would go deeper than functions can call each
 * other.
 */
const deepest = 50;

/**
 * Evaluates metric math: arithmetic on series and numbers, and `SUM`, `AVG`, `MIN` and `MAX` of a
 * list of series (user guide, "Using metric math"). Another function returns 501. `seriesOf` throws
 * for an unknown id.
 */
export function evaluate(text: string, seriesOf: (id: string) => TimeSeries): TimeSeries {
  const tokens = tokenize(text);
  let next = 0;
  let nested = 0;
  const take = (wanted: string) => {
    if (tokens[next] !== wanted) return false;
    next++;
    return true;
  };
  const expect = (wanted: string) => {
    if (!take(wanted)) throw invalid(`'${wanted}' is missing in '${text}'.`);
  };

  const level = (depth: number): Value => {
    const operators = precedence[depth];
    if (!operators) return operand();
    let left = level(depth + 1);
    for (let token = tokens[next]; token !== undefined && operators.includes(token); token = tokens[next]) {
      next++;
      left = combine(left, level(depth + 1), token);
    }
    return left;
  };
  const operand = (): Value => {
    if (++nested > deepest) throw invalid(`'${text}' is nested deeper than ${deepest} levels.`);
    const value = take("-") ? combine(0, operand(), "-") : primary();
    nested--;
    return value;
  };
  const primary = (): Value => {
    const token = tokens[next++];
    if (token === undefined) throw invalid(`'${text}' ends too early.`);
    if (token === "(") {
      const inner = level(0);
      expect(")");
      return inner;
    }
    if (/^\d/.test(token)) return Number(token);
    if (!/^[A-Za-z]/.test(token)) throw invalid(`'${token}' is not expected in '${text}'.`);
    if (!take("(")) return seriesOf(token);
    const summary = summaries.get(token);
    if (!summary || !take("[")) throw notImplemented(`cloudwatch: the metric expression ${text}`);
    const list = [level(0)];
    while (take(",")) list.push(level(0));
    expect("]");
    expect(")");
    return summarise(list, summary);
  };

  const result = level(0);
  if (next < tokens.length) throw invalid(`'${tokens[next]}' is left over in '${text}'.`);
  if (typeof result === "number") throw notImplemented(`cloudwatch: the metric expression ${text}`);
  return result;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = /\s*([A-Za-z][A-Za-z0-9_]*|\d+(?:\.\d+)?|[-+*/()[\],])/y;
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const token = pattern.exec(text)?.[1];
    if (token === undefined) throw notImplemented(`cloudwatch: the metric expression '${text.slice(at).trim()}'`);
    tokens.push(token);
  }
  return tokens;
}

const valueAt = (value: Value, time: number) => (typeof value === "number" ? value : value.get(time));

/** Series meet at their common times; division by zero leaves a gap, as CloudWatch does. */
function combine(left: Value, right: Value, operator: string): Value {
  const operation = operations.get(operator) as Operation;
  const times = [left, right].find((value) => typeof value !== "number")?.keys();
  if (!times) return operation(Number(left), Number(right));
  return gather(times, (time) => {
    const a = valueAt(left, time);
    const b = valueAt(right, time);
    return a === undefined || b === undefined ? undefined : operation(a, b);
  });
}

/** Summarises several series at each time at which one of them has a value. */
function summarise(list: readonly Value[], summary: (values: readonly number[]) => number): TimeSeries {
  const times = new Set(list.flatMap((value) => (typeof value === "number" ? [] : [...value.keys()])));
  const sorted = [...times].sort((a, b) => a - b);
  return gather(sorted, (time) => summary(list.flatMap((value) => valueAt(value, time) ?? [])));
}

function gather(times: Iterable<number>, value: (time: number) => number | undefined): TimeSeries {
  const result = new Map<number, number>();
  for (const time of times) {
    const found = value(time);
    if (found !== undefined && Number.isFinite(found)) result.set(time, found);
  }
  return result;
}
