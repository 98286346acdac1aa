import { ownValue } from "../../../aws/record";
import { expressionIn } from "../evaluation/expressions";
import { statesMembers } from "../evaluation/states-members";
import type { Json } from "./definition";
import { isRaw, type Raw, type Report } from "./definition-tree";

/**
 * `$states` members that have a value only in some fields (AWS Developer Guide, "Reserved
 * variable").
 */
interface Allowed {
  readonly result: boolean;
  readonly errorOutput: boolean;
}
const work = new Set(["Task", "Parallel", "Map"]);
/** Fields that are not templates: an expression there is plain text. */
const notTemplates = new Set(["Type", "Comment", "Next", "Default", "Resource", "Retry", "Branches", "ItemProcessor"]);

/** Checks that every `{% … %}` of a state parses, and uses only what its field can see. */
export function checkExpressions(state: Raw, location: string, report: Report): void {
  const isWork = work.has(String(state.Type));
  for (const [field, value] of Object.entries(state)) {
    if (notTemplates.has(field)) continue;
    const path = `${location}/${field}`;
    if (field === "Assign") checkNames(value, path, report);
    if (field === "Choices" || field === "Catch") {
      checkList(value, path, { result: false, errorOutput: field === "Catch" }, report);
    } else {
      const result = isWork && (field === "Output" || field === "Assign");
      checkTemplate(value, path, { result, errorOutput: false }, report);
    }
  }
}

function checkList(items: Json, location: string, allowed: Allowed, report: Report): void {
  if (!Array.isArray(items)) return;
  items.forEach((item: Json, i) => {
    if (!isRaw(item)) return;
    for (const field of ["Condition", "Output", "Assign"]) {
      const value = ownValue(item, field);
      if (value === undefined) continue;
      if (field === "Assign") checkNames(value, `${location}[${i}]/Assign`, report);
      checkTemplate(value, `${location}[${i}]/${field}`, allowed, report);
    }
  });
}

function checkNames(assign: Json, location: string, report: Report): void {
  for (const name of Object.keys(isRaw(assign) ? assign : {})) {
    const path = `${location}/${name}`;
    if (name === "states") report("The variable name 'states' is reserved", path);
    if (!/^[\p{L}_][\p{L}\p{N}_]{0,79}$/u.test(name)) {
      report(`'${name}' is not a variable name: letters, digits and _, at most 80, no digit first`, path);
    }
  }
}

function checkTemplate(template: Json, location: string, allowed: Allowed, report: Report): void {
  if (typeof template === "string") checkText(template, location, allowed, report);
  else if (Array.isArray(template)) {
    template.forEach((item: Json, i) => {
      checkTemplate(item, `${location}[${i}]`, allowed, report);
    });
  } else if (isRaw(template)) {
    for (const [name, item] of Object.entries(template)) checkTemplate(item, `${location}/${name}`, allowed, report);
  }
}

function checkText(text: string, location: string, allowed: Allowed, report: Report): void {
  const source = expressionIn(text);
  if (source === undefined) {
    // AWS refuses an expression that is not closed or not opened (AWS Developer Guide, "Writing
    // JSONata expressions"). With spaces around, it is a text (recorded on AWS: localstack's
    // snapshot test_base_cases[BASE_LITERALS]).
    if (text.startsWith("{%") || text.endsWith("%}")) {
      report("A JSONata expression must start with '{%' and end with '%}' without spaces around", location);
    }
    return;
  }
  let members: Iterable<string> = [];
  try {
    members = statesMembers(source);
  } catch (error) {
    report(`The JSONata expression '${source}' is not valid: ${(error as Error).message}`, location);
  }
  for (const member of members) {
    if (member === "result" && !allowed.result) {
      report("$states.result can only be used in Output and Assign of a Task, Parallel or Map", location);
    } else if (member === "errorOutput" && !allowed.errorOutput) {
      report("$states.errorOutput can only be used in Output and Assign of a Catch", location);
    } else if (!["input", "context", "result", "errorOutput"].includes(member)) {
      report(`$states has no field '${member}': it has input, context, result and errorOutput`, location);
    }
  }
}
