import type { Target } from "@aws-sdk/client-eventbridge";
import { Fault } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { parseJsonText } from "../../../codecs/json-text";

/** An event as EventBridge hands it to rules and targets. */
export interface EventEnvelope {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** The names that a template may use in addition to its own variables. */
interface RuleVariables {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestionTime: string;
}

type Inputs = Pick<Target, "Input" | "InputPath" | "InputTransformer">;

/** The text that a target receives for an event. Throws for a template that is not JSON with the event's values. */
export function createInput(
  { Input, InputPath, InputTransformer }: Inputs,
  event: EventEnvelope,
  rule: RuleVariables,
): string {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(valueAt(event, InputPath) ?? null);
  if (!InputTransformer) return JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate = "" } = InputTransformer;
  const variables = new Map<string, unknown>([
    ["aws.events.rule-arn", rule.ruleArn],
    ["aws.events.rule-name", rule.ruleName],
    ["aws.events.event.ingestion-time", rule.ingestionTime],
    ["aws.events.event", withoutDetail(event, rule.ingestionTime)],
    ["aws.events.event.json", event],
    ...Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(event, path)] as const),
  ]);
  const filled = fillTemplate(InputTemplate, (name) => variables.get(name));
  if (!isInput(filled)) throw new Fault("ValidationException", "The filled InputTemplate is not JSON.");
  return filled;
}

/**
 * `<aws.events.event>`: no detail, the time of ingestion, and `detailType` (recorded on AWS: localstack's snapshot
 * test_input_transformer_predefined_variables).
 */
function withoutDetail(event: EventEnvelope, time: string) {
  const { "detail-type": detailType, detail: _, ...rest } = event;
  return { ...rest, detailType, time };
}

/** Refuses more than one kind of input, a path that cannot be read and a template that cannot become JSON. */
export function checkInputs(target: Target): void {
  const { Id, Input, InputPath, InputTransformer } = target;
  const refuse = (problem: string) => new Fault("ValidationException", `${problem} for target ${Id}.`);
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw refuse("Only one of Input, InputPath, or InputTransformer must be provided");
  }
  if (Input !== undefined && !isJson(Input)) throw refuse("JSON syntax error in input");
  const paths = [
    ...(InputPath === undefined ? [] : [InputPath]),
    ...Object.values(InputTransformer?.InputPathsMap ?? {}),
  ];
  for (const path of paths) if (!stepsOf(path)) throw refuse(`Invalid InputPath ${path}`);
  const template = InputTransformer?.InputTemplate;
  if (template === undefined) return;
  const names = Object.keys(InputTransformer?.InputPathsMap ?? {});
  const unknown = variablesIn(template).find((name) => !names.includes(name) && !reserved.has(name));
  if (unknown !== undefined) {
    const message = `InputTemplate for target ${Id} contains invalid placeholder ${unknown}.`;
    throw new Fault("ValidationException", message);
  }
  const filled = fillTemplate(template, () => "x");
  if (!isInput(filled)) {
    throw refuse("Invalid InputTemplate: neither JSON nor lines of quoted text,");
  }
}

const reserved = new Set([
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
]);

function isJson(text: string): boolean {
  try {
    parseJsonText(text);
    return true;
  } catch {
    return false;
  }
}

/** A template is JSON, or lines of quoted text. */
const isInput = (text: string) => isJson(text) || text.split("\n").every((line) => line.trim() === "" || isJson(line));

const variable = /<([A-Za-z0-9_.-]+)>/g;
const variablesIn = (template: string) => Array.from(template.matchAll(variable), ([, name = ""]) => name);

/** The most that any target takes, in characters; a template may name a large value thousands of times. */
const longestInput = 1024 * 1024;

/** Inside quotes a variable is text, outside it is JSON; one without a value is empty. */
function fillTemplate(template: string, lookUp: (name: string) => unknown): string {
  const isText = template.trimStart().startsWith('"');
  let filled = "";
  let inText = false;
  let from = 0;
  for (const match of template.matchAll(/\\.|"|<([A-Za-z0-9_.-]+)>/g)) {
    const [token, name] = match;
    filled += template.slice(from, match.index);
    from = match.index + token.length;
    if (token === '"') inText = !inText;
    filled += name === undefined ? token : writeValue(lookUp(name), inText, isText);
    if (filled.length > longestInput) throw new Fault("ValidationException", "The filled InputTemplate is too large.");
  }
  return filled + template.slice(from);
}

/**
 * Objects and lists inside a template that is a text lose their quotes; inside a quoted member of a JSON template they
 * keep them, and the result is not JSON (recorded on AWS: localstack's snapshot
 * test_input_transformer_nested_keys_replacement).
 */
function writeValue(value: unknown, inText: boolean, isText: boolean): string {
  if (value === undefined) return inText ? "" : '""';
  if (!inText) return JSON.stringify(value);
  if (typeof value === "string") return JSON.stringify(value).slice(1, -1);
  const json = JSON.stringify(value);
  return isText ? json.replaceAll('"', "") : json;
}

/** The steps of a JSON path: `$.detail.name`, `$.resources[0]`, `$.detail['x-y']`; undefined for any other. */
function stepsOf(path: string): (string | number)[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: (string | number)[] = [];
  let rest = path.slice(1);
  while (rest !== "") {
    const [token = "", name, quoted, index] = /^(?:\.([\w-]+)|\[['"]([^'"\]]+)['"]\]|\[(\d+)\])/.exec(rest) ?? [];
    if (token === "") return undefined;
    steps.push(name ?? quoted ?? Number(index));
    rest = rest.slice(token.length);
  }
  return steps;
}

function valueAt(event: unknown, path: string): unknown {
  let value = event;
  for (const step of stepsOf(path) ?? []) {
    if (typeof value !== "object" || value === null) return undefined;
    value = ownValue(value, step);
  }
  return value;
}
