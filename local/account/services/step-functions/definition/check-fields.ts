import { notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { expressionIn } from "../evaluation/expressions";
import { readTimestamp } from "../interpreter/timestamp";
import type { Json } from "./definition";
import { isRaw, machinesIn, type Raw, type Report } from "./definition-tree";

/** The type of a field; `says` completes "must be …". */
interface Rule {
  readonly says: string;
  /** Instead of the usual message. */
  readonly message?: string;
  readonly accepts: (value: Json) => boolean;
}

const text: Rule = { says: "a string", accepts: (value) => typeof value === "string" };
const anything: Rule = { says: "JSON", accepts: () => true };
const bool: Rule = { says: "true or false", accepts: (value) => typeof value === "boolean" };
const object: Rule = { says: "an object", accepts: isRaw };
const list: Rule = { says: "a non-empty array", accepts: (value) => Array.isArray(value) && value.length > 0 };
const isExpression = (value: Json) => typeof value === "string" && expressionIn(value) !== undefined;
const integer = (min: number, max = 99_999_999): Rule => ({
  says: `an integer between ${min} and ${max}`,
  accepts: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
});
const orExpression = (rule: Rule): Rule => ({
  says: `${rule.says} or a JSONata expression`,
  accepts: (value) => isExpression(value) || rule.accepts(value),
});

/** AWS has a separate message, as recorded (localstack's snapshot test_wait_timestamp_invalid). */
const timestamp: Rule = {
  says: "a timestamp",
  message: "String does not match RFC3339 timestamp",
  accepts: (value) => isExpression(value) || (typeof value === "string" && readTimestamp(value) !== undefined),
};

const top = { Comment: text, QueryLanguage: text, Version: text, StartAt: text, States: object };
const common = { Type: text, Comment: text, QueryLanguage: text };
const output = { Output: anything, Assign: object };
const transition = { Next: text, End: bool };
const errors = { Retry: { ...list, accepts: Array.isArray }, Catch: { ...list, accepts: Array.isArray } };
const fieldsOf: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  Task: {
    ...common,
    ...output,
    ...transition,
    ...errors,
    Resource: text,
    Arguments: anything,
    TimeoutSeconds: orExpression(integer(1)),
    HeartbeatSeconds: anything,
    Credentials: object,
  },
  Parallel: { ...common, ...output, ...transition, ...errors, Arguments: anything, Branches: list },
  Map: {
    ...common,
    ...output,
    ...transition,
    ...errors,
    Items: anything,
    ItemSelector: anything,
    ItemProcessor: object,
    MaxConcurrency: orExpression(integer(0)),
    ItemReader: object,
    ItemBatcher: object,
    ResultWriter: object,
    Label: text,
    ToleratedFailureCount: anything,
    ToleratedFailurePercentage: anything,
  },
  Choice: { ...common, ...output, Choices: list, Default: text },
  Wait: { ...common, ...output, ...transition, Seconds: orExpression(integer(0)), Timestamp: timestamp },
  Pass: { ...common, ...output, ...transition },
  Succeed: { ...common, Output: anything },
  Fail: { ...common, Error: text, Cause: text },
};
const required: Readonly<Record<string, readonly string[]>> = {
  Task: ["Resource"],
  Parallel: ["Branches"],
  Map: ["ItemProcessor"],
  Choice: ["Choices"],
};
const choiceFields = { ...output, Condition: orExpression(bool), Next: text, Comment: text };
const catcherFields = { ...output, ErrorEquals: list, Next: text, Comment: text };
const retrierFields = {
  ErrorEquals: list,
  Comment: text,
  IntervalSeconds: integer(1),
  MaxAttempts: integer(0),
  MaxDelaySeconds: integer(1, 31_622_400),
  BackoffRate: { says: "a number of 1 or more", accepts: (value: Json) => typeof value === "number" && value >= 1 },
  JitterStrategy: { says: "FULL or NONE", accepts: (value: Json) => value === "FULL" || value === "NONE" },
};
/** Fields of the other query language: the most common mistake has a separate message. */
const jsonPathField =
  /^(InputPath|OutputPath|ResultPath|Parameters|ResultSelector|ItemsPath|Iterator|Result|Variable|.+Path)$/;

/**
 * Checks that each field is known and has its type, and that none is missing; for the machine and
 * all machines inside.
 */
export function checkFields(definition: Raw, report: Report): void {
  checkMachine(definition, "", { ...top, TimeoutSeconds: integer(1) }, report);
}

function checkMachine(machine: Raw, location: string, rules: Readonly<Record<string, Rule>>, report: Report): void {
  checkObject(machine, location, rules, ["States", "StartAt"], report);
  if (!isRaw(machine.States)) return;
  for (const [name, state] of Object.entries(machine.States)) {
    const path = `${location}/States/${name}`;
    if (name.length > 80) report("A state's name must not be longer than 80 characters", path);
    if (!isRaw(state)) report("A state must be an object", path);
    else checkState(state, path, report);
  }
}

function checkState(state: Raw, location: string, report: Report): void {
  const type = typeof state.Type === "string" ? state.Type : "";
  const rules = ownValue(fieldsOf, type);
  if (!rules) {
    report(`The field 'Type' must be one of ${Object.keys(fieldsOf).join(", ")}`, `${location}/Type`);
    return;
  }
  if (state.QueryLanguage !== undefined && state.QueryLanguage !== "JSONata") {
    report("A state of a JSONata state machine cannot have another QueryLanguage", `${location}/QueryLanguage`);
  }
  checkObject(state, location, rules, ownValue(required, type) ?? [], report);
  if ("Next" in rules && (state.Next === undefined) === (state.End !== true)) {
    report("The state must have exactly one of 'Next' and 'End: true'", location);
  }
  if (type === "Wait" && (state.Seconds === undefined) === (state.Timestamp === undefined)) {
    report("A Wait state must have exactly one of 'Seconds' and 'Timestamp'", location);
  }
  if (type === "Choice") {
    eachObject(state.Choices, `${location}/Choices`, report, (choice, path) =>
      checkObject(choice, path, choiceFields, ["Condition", "Next"], report),
    );
  }
  checkErrorHandling(state, location, report);
  if (type === "Parallel") eachObject(state.Branches, `${location}/Branches`, report, () => undefined);
  if (type === "Map") checkMap(state, location, report);
  for (const { machine, location: path } of machinesIn(state, location)) {
    const rulesInside = { StartAt: text, States: object, Comment: text, QueryLanguage: text };
    checkMachine(machine, path, type === "Map" ? { ...rulesInside, ProcessorConfig: object } : rulesInside, report);
  }
  for (const field of ["Credentials", "HeartbeatSeconds", "ToleratedFailureCount", "ToleratedFailurePercentage"]) {
    if (Object.hasOwn(state, field)) throw notImplemented(`states: a state with ${field}`);
  }
}

function checkMap(state: Raw, location: string, report: Report): void {
  const { ItemProcessor: processor } = state;
  const config = isRaw(processor) ? processor.ProcessorConfig : undefined;
  const mode = isRaw(config) ? config.Mode : "INLINE";
  if (mode === "DISTRIBUTED") throw notImplemented("states: a Map state in DISTRIBUTED mode");
  if (mode !== undefined && mode !== "INLINE") {
    report("The field 'Mode' must be INLINE or DISTRIBUTED", `${location}/ItemProcessor/ProcessorConfig`);
  }
  for (const field of ["ItemReader", "ItemBatcher", "ResultWriter", "Label"]) {
    if (Object.hasOwn(state, field)) {
      report(`The field '${field}' needs a Map in DISTRIBUTED mode`, `${location}/${field}`);
    }
  }
}

function checkErrorHandling(state: Raw, location: string, report: Report): void {
  eachObject(state.Retry, `${location}/Retry`, report, (retrier, path, isLast) => {
    checkObject(retrier, path, retrierFields, ["ErrorEquals"], report);
    checkErrorEquals(retrier, path, isLast, report);
    const { MaxDelaySeconds: most, IntervalSeconds: first = 1 } = retrier;
    if (most !== undefined && Number(most) <= Number(first)) {
      report("The field 'MaxDelaySeconds' must be greater than IntervalSeconds", `${path}/MaxDelaySeconds`);
    }
  });
  eachObject(state.Catch, `${location}/Catch`, report, (catcher, path, isLast) => {
    checkObject(catcher, path, catcherFields, ["ErrorEquals", "Next"], report);
    checkErrorEquals(catcher, path, isLast, report);
  });
}

function checkErrorEquals({ ErrorEquals }: Raw, location: string, isLast: boolean, report: Report): void {
  const path = `${location}/ErrorEquals`;
  if (!Array.isArray(ErrorEquals)) return;
  if (!ErrorEquals.every((name) => typeof name === "string")) report("Each error must be named by a string", path);
  if (!ErrorEquals.includes("States.ALL")) return;
  if (ErrorEquals.length > 1) report("'States.ALL' must appear alone in ErrorEquals", path);
  if (!isLast) report("'States.ALL' must be the last of its list", path);
}

function checkObject(
  value: Raw,
  location: string,
  rules: Readonly<Record<string, Rule>>,
  needed: readonly string[],
  report: Report,
): void {
  for (const [field, inner] of Object.entries(value)) {
    const rule = ownValue(rules, field);
    const path = `${location}/${field}`;
    if (rule && !rule.accepts(inner)) report(rule.message ?? `The field '${field}' must be ${rule.says}`, path);
    if (rule) continue;
    const why = jsonPathField.test(field) ? " when the QueryLanguage is 'JSONata'" : "";
    report(`The field '${field}' is not supported${why}`, path);
  }
  // In the words of AWS: localstack's snapshot
  // test_validate_state_machine_definition_not_a_definition[EMPTY_DICT].
  const missing = needed.filter((field) => !Object.hasOwn(value, field));
  if (missing.length > 0) report(`These fields are required: [${missing.join(", ")}]`, location || "/");
}

function eachObject(
  values: Json | undefined,
  location: string,
  report: Report,
  visit: (value: Raw, location: string, isLast: boolean) => void,
): void {
  if (!Array.isArray(values)) return;
  values.forEach((value: Json, i) => {
    const path = `${location}[${i}]`;
    if (isRaw(value)) visit(value, path, i === values.length - 1);
    else report("Each item must be an object", path);
  });
}
