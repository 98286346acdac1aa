import type { Json, Template } from "../definition/definition";
import { Aborted, EvaluationError, TooLargeError } from "../interpreter/state-error";
import { LimitExceeded } from "./evaluator";
import type { Sources } from "./functions";
import type { Answer, Parsed } from "./messages";
import { commonPool, type Pool } from "./pool";

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

interface FillOptions {
  /** The owner of the expressions: an execution. */
  readonly owner: object;
  readonly signal: AbortSignal;
}

export interface Evaluator {
  /**
   * The templates with every `{% … %}` text replaced by its expression's value, all in one question to the process that
   * evaluates. Throws EvaluationError when an expression fails or yields nothing, TooLargeError for values beyond every
   * limit, Aborted when the signal ends the wait.
   */
  fill(fields: readonly Field[], bindings: Bindings, options: FillOptions): Promise<Json[]>;
}

/** An expression as messages show it: it may be a megabyte long. */
export const shown = (source: string) => (source.length > 1_000 ? `${source.slice(0, 1_000)}…` : source);

/** The expression inside `{% … %}`, or undefined for a plain text. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith("{%") && text.endsWith("%}") && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

interface Found {
  readonly source: string;
  readonly field: string;
}

/** As many as a state commonly draws; more are derived from these. */
const randomBytesSent = 64;

export function createEvaluator({ now, randomBytes }: Sources, pool: Pool = commonPool()): Evaluator {
  return {
    async fill(fields, { states, variables }, { owner, signal }) {
      const found: Found[] = [];
      for (const { template, field } of fields) collect(template, field, found);
      if (found.length === 0) return fields.map(({ template }) => template);
      const question = {
        type: "evaluate",
        sources: found.map(({ source }) => source),
        bindings: { ...variables, states },
        now: now(),
        randomness: randomBytes(randomBytesSent).toString("base64"),
      } as const;
      const answer = await pool.ask(question, { owner, signal }).catch((error: unknown) => {
        if (signal.aborted) throw new Aborted();
        if (error instanceof LimitExceeded) throw failure(found[error.index], error.message);
        throw error;
      });
      if (signal.aborted) throw new Aborted();
      const values = valuesOf(answer, found).values();
      return fields.map(({ template }) => rebuild(template, values));
    },
  };
}

/** The expressions of a template, in the order in which they are evaluated. */
function collect(template: Template, field: string, found: Found[]): void {
  if (typeof template === "string") {
    const source = expressionIn(template);
    if (source !== undefined) found.push({ source, field });
  } else if (Array.isArray(template)) {
    for (const [i, item] of template.entries()) collect(item, `${field}[${i}]`, found);
  } else if (typeof template === "object" && template !== null) {
    for (const [name, item] of Object.entries(template)) collect(item, `${field}/${name}`, found);
  }
}

/** The template with the values in the places of its expressions, in the order of `collect`. */
function rebuild(template: Template, values: Iterator<Json>): Json {
  if (typeof template === "string") {
    return expressionIn(template) === undefined ? template : (values.next().value as Json);
  }
  if (Array.isArray(template)) return template.map((item: Template) => rebuild(item, values));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, item]) => [name, rebuild(item, values)]));
}

function valuesOf(answer: Answer, found: readonly Found[]): Json[] {
  switch (answer.type) {
    case "values":
      return answer.values.map((text) => JSON.parse(text) as Json);
    case "failed":
      throw failure(found[answer.index], answer.problem);
    case "nothing":
      throw problemOf(found[answer.index], "returned nothing (undefined).");
    case "unsupported":
      // Recorded on AWS: localstack's snapshot test_map_state_items_eval_jsonata_fail[function].
      throw problemOf(found[answer.index], "returned an unsupported result type.");
    case "tooLarge":
      throw new TooLargeError(found[answer.index]?.field ?? "");
    case "parsed":
      throw new Error("Step Functions: the evaluator parsed expressions that it had to evaluate.");
  }
}

const failure = (found: Found | undefined, problem: string) =>
  problemOf(found, `threw an error during evaluation. ${problem}`);

const problemOf = ({ source, field }: Found = { source: "", field: "" }, problem: string) =>
  new EvaluationError(field, `The JSONata expression '${shown(source)}' specified for the field '${field}' ${problem}`);

/** Parses expressions; the answer has one entry for each different one. */
export async function parseExpressions(
  sources: Iterable<string>,
  pool: Pool = commonPool(),
): Promise<ReadonlyMap<string, Parsed>> {
  const different = [...new Set(sources)];
  if (different.length === 0) return new Map();
  const owner = {};
  try {
    const answer = await pool.ask({ type: "parse", sources: different }, { owner });
    if (answer.type !== "parsed") throw new Error("Step Functions: the evaluator evaluated what it had to parse.");
    return new Map(different.map((source, i) => [source, answer.parsed[i] ?? { problem: "It was not parsed." }]));
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    // The others are not known to be right either, but one fault is enough to refuse the definition.
    const culprit = different[error.index];
    return new Map(
      different.map((source) => [source, source === culprit ? { problem: error.message } : { members: [] }]),
    );
  }
}

/** The JSON type of a value in the words of Step Functions' messages. */
export function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}
