import jsonata from "jsonata";
import type { Json, Template } from "../definition/definition";
import { EvaluationError } from "../interpreter/state-error";
import { registerFunctions, type Sources } from "./functions";

/** The names that an expression sees: `$states` and the variables. */
interface Bindings {
  readonly states: {
    readonly input: Json;
    readonly context: Json;
    readonly result?: Json;
    readonly errorOutput?: Json;
  };
  readonly variables: Readonly<Record<string, Json>>;
}

/** A template and the name of its place in the state, e.g. `Output`. */
export interface Field {
  readonly template: Template;
  readonly field: string;
}

export interface Evaluator {
  /**
   * The templates with every `{% … %}` text replaced by its expression's value. Throws
   * EvaluationError when an expression fails or yields nothing.
   */
  fill(fields: readonly Field[], bindings: Bindings): Promise<Json[]>;
}

/**
 * AWS documents no limits of an expression. With these one that never ends by a mistake fails its
 * state: milliseconds, and the depth of calls.
 */
const limits = { timeout: 10_000, stack: 1_000 };

/** The expression inside `{% … %}`, or undefined for a plain text. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith("{%") && text.endsWith("%}") && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

export function createEvaluator(sources: Sources): Evaluator {
  const compiled = new Map<string, jsonata.Expression>();

  const compile = (source: string) => {
    let expression = compiled.get(source);
    if (!expression) {
      expression = jsonata(source, limits);
      registerFunctions(expression, sources);
      compiled.set(source, expression);
    }
    return expression;
  };

  const evaluate = async (source: string, field: string, names: Readonly<Record<string, unknown>>): Promise<Json> => {
    const fail = (problem: string) =>
      new EvaluationError(field, `The JSONata expression '${source}' specified for the field '${field}' ${problem}`);
    try {
      const text = toJson(await compile(source).evaluate(undefined, { ...names }));
      if (text === undefined) throw fail("returned nothing (undefined).");
      return JSON.parse(text);
    } catch (error) {
      if (error instanceof EvaluationError) throw error;
      // Recorded on AWS: localstack's snapshot test_map_state_items_eval_jsonata_fail[function].
      if (error instanceof FunctionResult) throw fail("returned an unsupported result type.");
      const { code, message } = error as { code?: string; message?: string };
      throw fail(`threw an error during evaluation. ${code ? `${code}: ` : ""}${message}`);
    }
  };

  const fillOne = async ({ template, field }: Field, names: Readonly<Record<string, unknown>>): Promise<Json> => {
    if (typeof template === "string") {
      const source = expressionIn(template);
      return source === undefined ? template : evaluate(source, field, names);
    }
    if (typeof template !== "object" || template === null) return template;
    if (Array.isArray(template)) {
      const items: Json[] = [];
      for (const [i, item] of template.entries()) {
        items.push(await fillOne({ template: item, field: `${field}[${i}]` }, names));
      }
      return items;
    }
    const members: [string, Json][] = [];
    for (const [name, item] of Object.entries(template)) {
      members.push([name, await fillOne({ template: item, field: `${field}/${name}` }, names)]);
    }
    return Object.fromEntries(members);
  };

  return {
    async fill(fields, { states, variables }) {
      const filled: Json[] = [];
      for (const field of fields) filled.push(await fillOne(field, { ...variables, states }));
      return filled;
    },
  };
}

/** The value of an expression contains a function, which is not JSON. */
class FunctionResult extends Error {}

/**
 * JSONata returns sequences (arrays with flags) and lambdas: sequences become plain JSON, functions
 * are refused.
 */
function toJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner) => {
    if (typeof inner === "function" || inner?._jsonata_lambda || inner?._jsonata_function) throw new FunctionResult();
    return inner;
  });
}

/** The JSON type of a value in the words of Step Functions' messages. */
export function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}
