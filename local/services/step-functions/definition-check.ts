import { Fault, notImplemented } from "../../endpoint/fault";
import { parseJsonText } from "../../endpoint/json-text";
import { checkExpressions, expressionsOf } from "./check-expressions";
import { checkFields } from "./check-fields";
import { checkGraph } from "./check-graph";
import { checkTaskResource } from "./check-resources";
import type { Json, StateMachineDefinition } from "./definition";
import { isRaw, type Raw, type Report, statesOf } from "./definition-tree";
import type { Pool } from "./evaluation/pool";
import { parseExpressions } from "./expressions";
import { deepestNesting, nestsTooDeep } from "./nesting";

/** One fault of a definition, as ValidateStateMachineDefinition answers it. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  /** JSON pointer, e.g. `/States/Train/Arguments`. */
  readonly location: string;
}

/** As many as ValidateStateMachineDefinition returns. */
const mostListed = 100;

/**
 * What is wrong with a definition; an empty list means that the interpreter can run it. Throws 501 for what AWS would
 * take and this account does not run (JSONPath, other integrations, a distributed Map).
 */
export async function checkDefinition(text: string, pool?: Pool): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  const report: Report = (message, location, code = "SCHEMA_VALIDATION_FAILED") =>
    found.push({ code, message, location });
  const definition = parsed(text, report);
  if (!definition) return found;
  const language = definition.QueryLanguage ?? "JSONPath";
  if (language === "JSONPath") throw notImplemented("A state machine whose QueryLanguage is JSONPath");
  if (language !== "JSONata") report("The QueryLanguage must be 'JSONata' or 'JSONPath'", "/QueryLanguage");
  checkFields(definition, report);
  if (found.length > 0) return found;
  // From here on each field has the type that the language gives it.
  const states = [...statesOf(definition)];
  checkGraph(definition, report);
  const parsedExpressions = await parseExpressions(expressionsOf(definition), pool);
  for (const { state, location } of states) {
    checkExpressions(state, location, parsedExpressions, report);
    if (state.Type === "Task") await checkTaskResource(state, location, report);
  }
  if (found.length === 0) checkWithValidator(text, report);
  return found;
}

/** The definition's text as an object that the interpreter runs; throws InvalidDefinition with every fault. */
export async function readDefinition(text: string, pool?: Pool): Promise<StateMachineDefinition> {
  const found = await checkDefinition(text, pool);
  if (found.length === 0) return parseJsonText(text) as StateMachineDefinition;
  const listed = found
    .slice(0, mostListed)
    .map(({ code, message, location }) => `${code}: ${message} at ${location}`)
    .join(", ");
  throw new Fault("InvalidDefinition", `Invalid State Machine Definition: '${listed}'`);
}

function parsed(text: string, report: Report): Raw | undefined {
  try {
    const definition: unknown = parseJsonText(text);
    const tooDeep = nestsTooDeep(text);
    if (tooDeep) report(`It is nested more than ${deepestNesting} levels deep`, "/", "INVALID_JSON_DESCRIPTION");
    else if (isRaw(definition)) return definition;
    else report("The definition must be a JSON object", "/");
  } catch (error) {
    report((error as Error).message, "/", "INVALID_JSON_DESCRIPTION");
  }
  return undefined;
}

/** The validator comes without types. */
interface ValidatorError {
  readonly "Error code"?: string;
  readonly Message?: string;
  readonly message?: string;
  readonly schemaError?: { readonly instancePath: string };
}

/** Fields that take any JSON, of which the validator knows only some forms. */
const templates = new Set(["Output", "Arguments", "Items", "ItemSelector", "Condition", "Assign"]);
const onlyDistributed = new Set(["ToleratedFailureCount", "ToleratedFailurePercentage"]);

/** The definition with an expression in place of each template: what the templates hold was checked before. */
function withoutTemplates(machine: Raw): Raw {
  if (!isRaw(machine.States)) return machine;
  const states = Object.entries(machine.States).map(([name, state]) => [name, stateWithoutTemplates(state)]);
  return { ...machine, States: Object.fromEntries(states) };
}

function stateWithoutTemplates(state: Json): Json {
  if (!isRaw(state)) return state;
  const kept = Object.entries(state).filter(([name]) => !onlyDistributed.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, fieldWithoutTemplates(name, value)]));
}

function fieldWithoutTemplates(name: string, value: Json): Json {
  if (name === "Assign") return { variable: "{% 1 %}" };
  if (templates.has(name)) return "{% [] %}";
  if (name === "ItemProcessor" && isRaw(value)) return withoutTemplates(value);
  if (!Array.isArray(value)) return value;
  if (name === "Branches") return value.map((branch: Json) => (isRaw(branch) ? withoutTemplates(branch) : branch));
  return name === "Choices" || name === "Catch" ? value.map(stateWithoutTemplates) : value;
}

/** A second opinion; loaded only now, because it takes a tenth of a second. */
function checkWithValidator(text: string, report: Report): void {
  const validate = require("asl-validator") as (definition: unknown) => { errors: readonly ValidatorError[] };
  // The validator writes into what it reads.
  const definition = withoutTemplates(parseJsonText(text) as Raw);
  for (const { "Error code": code, Message, message, schemaError } of validate(definition).errors) {
    report(Message ?? message ?? "The definition is invalid", schemaError?.instancePath || "/", code);
  }
}
