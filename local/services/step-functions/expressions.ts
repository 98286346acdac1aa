import jsonata from "jsonata";
import { parseJsonText } from "../../endpoint/json-text";
import type { Json, Template } from "./definition";
import { registerFunctions, type Sources } from "./functions";
import { EvaluationError } from "./state-error";

/** What an expression sees: `$states` and the variables. */
export interface Bindings {
  readonly states: {
    readonly input: Json;
    readonly context: Json;
    readonly result?: Json;
    readonly errorOutput?: Json;
  };
  readonly variables: Readonly<Record<string, Json>>;
}

export interface Evaluator {
  /**
   * The template with every `{% … %}` text replaced by its expression's value. `field` names the place in the state.
   * Throws EvaluationError when an expression fails or yields nothing.
   */
  fill(template: Template, bindings: Bindings, field: string): Promise<Json>;
}

/** The expression inside `{% … %}`, or undefined for a plain text. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith("{%") && text.endsWith("%}") && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

/** Guards of an expression: AWS states none, but a loop without an end must not stop the account. */
const limits = { timeout: 10_000, stack: 1_000 };

export function createEvaluator(sources: Sources): Evaluator {
  const compiled = new Map<string, jsonata.Expression>();

  const compile = (source: string): jsonata.Expression => {
    let expression = compiled.get(source);
    if (!expression) {
      expression = jsonata(source, limits);
      registerFunctions(expression, sources);
      compiled.set(source, expression);
    }
    return expression;
  };

  const evaluate = async (source: string, { states, variables }: Bindings, field: string): Promise<Json> => {
    const said = `The JSONata expression '${source}' specified for the field '${field}'`;
    let value: unknown;
    try {
      value = plain(await compile(source).evaluate(undefined, { ...variables, states }));
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      throw new EvaluationError(
        field,
        `${said} threw an error during evaluation. ${code ? `${code}: ` : ""}${message}`,
      );
    }
    if (value === undefined) throw new EvaluationError(field, `${said} returned nothing (undefined).`);
    return value as Json;
  };

  const fill = async (template: Template, bindings: Bindings, field: string): Promise<Json> => {
    if (typeof template === "string") {
      const source = expressionIn(template);
      return source === undefined ? template : evaluate(source, bindings, field);
    }
    if (Array.isArray(template)) {
      const filled: Json[] = [];
      for (const [i, item] of template.entries()) filled.push(await fill(item, bindings, `${field}[${i}]`));
      return filled;
    }
    if (typeof template !== "object" || template === null) return template;
    const filled: [string, Json][] = [];
    for (const [name, item] of Object.entries(template)) {
      filled.push([name, await fill(item, bindings, `${field}/${name}`)]);
    }
    return Object.fromEntries(filled);
  };

  return { fill };
}

/** JSONata answers with sequences (arrays that carry flags) and lambdas: a round trip leaves JSON, a function is refused. */
function plain(value: unknown): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value, (_, inner) => {
    if (typeof inner === "function" || inner?._jsonata_lambda || inner?._jsonata_function) {
      throw new Error("The result holds a function, which is no JSON.");
    }
    return inner;
  });
  return text === undefined ? undefined : parseJsonText(text);
}

/** The JSON type of a value in the words of Step Functions' messages. */
export function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}
