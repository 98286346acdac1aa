import { Fault, notImplemented } from "../../../aws/fault";
import { checkExpressions } from "./check-expressions";
import { checkFields } from "./check-fields";
import { checkGraph } from "./check-graph";
import { checkTaskResource } from "./check-resources";
import type { StateMachineDefinition } from "./definition";
import { isRaw, type Raw, type Report, statesOf } from "./definition-tree";

/** One fault of a definition, as ValidateStateMachineDefinition returns it. */
interface Diagnostic {
  readonly code: string;
  readonly message: string;
  /** JSON pointer, e.g. `/States/Train/Arguments`. */
  readonly location: string;
}

/** As many as ValidateStateMachineDefinition returns. */
const mostListed = 100;

/**
 * Finds the faults of a definition; without any, the interpreter can run it. Throws 501 for what
 * AWS accepts but this account does not run (JSONPath, other integrations, a distributed Map).
 */
export async function checkDefinition(text: string): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  const report: Report = (message, location, code = "SCHEMA_VALIDATION_FAILED") =>
    found.push({ code, message, location });
  const definition = parsed(text, report);
  if (!definition) return found;
  const language = definition.QueryLanguage ?? "JSONPath";
  if (language === "JSONPath") throw notImplemented("states: a state machine with QueryLanguage JSONPath");
  if (language !== "JSONata") report("The QueryLanguage must be 'JSONata' or 'JSONPath'", "/QueryLanguage");
  checkFields(definition, report);
  if (found.length > 0) return found;
  // From here on each field has the type that the language gives it.
  checkGraph(definition, report);
  for (const { state, location } of statesOf(definition)) {
    checkExpressions(state, location, report);
    if (state.Type === "Task") await checkTaskResource(state, location, report);
  }
  return found;
}

/**
 * The definition's text as an object that the interpreter runs; throws InvalidDefinition with every
 * fault.
 */
export async function readDefinition(text: string): Promise<StateMachineDefinition> {
  const found = await checkDefinition(text);
  if (found.length === 0) return JSON.parse(text) as StateMachineDefinition;
  const listed = found
    .slice(0, mostListed)
    .map(({ code, message, location }) => `${code}: ${message} at ${location}`)
    .join(", ");
  throw new Fault("InvalidDefinition", `Invalid State Machine Definition: '${listed}'`);
}

function parsed(text: string, report: Report): Raw | undefined {
  try {
    const definition: unknown = JSON.parse(text);
    if (isRaw(definition)) return definition;
    report("The definition must be a JSON object", "/");
  } catch (error) {
    report((error as Error).message, "/", "INVALID_JSON_DESCRIPTION");
  }
  return undefined;
}
