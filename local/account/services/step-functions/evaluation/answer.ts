/** Parses and evaluates expressions, in this process: an expression may never end, so the account does so in another one. */
import { createHash } from "node:crypto";
import jsonata from "jsonata";
import { registerFunctions, type Sources } from "./functions";
import { type Answer, type EvaluateQuestion, limits, type Parsed, type Question } from "./messages";
import { nestsTooDeep } from "./nesting";

/** Is called with the index of the expression that is next. */
type Report = (index: number) => void;

export async function answer(question: Question, report: Report = () => undefined): Promise<Answer> {
  return question.type === "parse" ? parse(question.sources, report) : evaluate(question, report);
}

const maxCompiled = 2_000;
const compiled = new Map<string, jsonata.Expression>();
/** Time and random bytes of the current question. */
let current: Sources = { now: () => 0, randomBytes: () => Buffer.alloc(0) };
const sources: Sources = { now: () => current.now(), randomBytes: (length) => current.randomBytes(length) };

function compile(source: string): jsonata.Expression {
  let expression = compiled.get(source);
  if (!expression) {
    expression = jsonata(source, { stack: limits.stack });
    registerFunctions(expression, sources);
    if (compiled.size >= maxCompiled) compiled.clear();
    compiled.set(source, expression);
  }
  return expression;
}

async function evaluate(
  { sources: asked, bindings, now, randomness }: EvaluateQuestion,
  report: Report,
): Promise<Answer> {
  current = { now: () => now, randomBytes: drawFrom(Buffer.from(randomness, "base64")) };
  const values: string[] = [];
  let characters = 0;
  for (const [index, source] of asked.entries()) {
    if (asked.length > 1) report(index);
    let value: string | undefined;
    try {
      value = toJson(await compile(source).evaluate(undefined, { ...bindings }));
    } catch (error) {
      if (error instanceof FunctionResult) return { type: "unsupported", index };
      const { code, message } = error as { code?: string; message?: string };
      return { type: "failed", index, problem: `${code ? `${code}: ` : ""}${message}` };
    }
    if (value === undefined) return { type: "nothing", index };
    characters += value.length;
    if (characters > limits.answerCharacters) return { type: "tooLarge", index };
    values.push(value);
  }
  return { type: "values", values };
}

/** The value of an expression contains a function, which is not JSON. */
class FunctionResult extends Error {}

/** JSONata returns sequences (arrays with flags) and lambdas: sequences become plain JSON, functions are refused. */
function toJson(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value, (_, inner) => {
    if (typeof inner === "function" || inner?._jsonata_lambda || inner?._jsonata_function) {
      throw new FunctionResult();
    }
    return inner;
  });
  // A text that is too large is not sent at all.
  if (text !== undefined && text.length <= limits.answerCharacters && nestsTooDeep(text))
    throw new Error("The result is nested too deep.");
  return text;
}

/** The account's random bytes first; what an expression draws beyond them is derived from them. */
function drawFrom(pool: Buffer): (length: number) => Buffer {
  let rest = pool;
  let block = 0;
  return (length) => {
    while (rest.length < length) {
      rest = Buffer.concat([rest, createHash("sha256").update(pool).update(String(block++)).digest()]);
    }
    const drawn = rest.subarray(0, length);
    rest = rest.subarray(length);
    return drawn;
  };
}

function parse(asked: readonly string[], report: Report): Answer {
  const parsed = asked.map((source, index): Parsed => {
    report(index);
    try {
      return { members: [...statesMembers(jsonata(source).ast())] };
    } catch (error) {
      return { problem: (error as Error).message };
    }
  });
  return { type: "parsed", parsed };
}

/** The members of `$states` that an expression names, e.g. `result` in `$states.result.Items`. */
function statesMembers(node: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (current: unknown) => {
    if (Array.isArray(current)) return current.forEach(walk);
    if (typeof current !== "object" || current === null) return;
    const { type, steps } = current as { type?: string; steps?: { type?: string; value?: unknown }[] };
    const [first, second] = type === "path" && steps ? steps : [];
    if (first?.type === "variable" && first.value === "states" && second?.type === "name") {
      found.add(String(second.value));
    }
    Object.values(current).forEach(walk);
  };
  walk(node);
  return found;
}
