import jsonata from "jsonata";
import type { Json } from "./definition";
import { isRaw, type Raw, type Report } from "./definition-tree";
import { expressionIn } from "./expressions";

/** `$states` members that hold a value only in some fields (AWS Developer Guide, "Reserved variable"). */
interface Allowed {
  readonly result: boolean;
  readonly errorOutput: boolean;
}
const work = new Set(["Task", "Parallel", "Map"]);
/** Fields that are no templates: what looks like an expression there is text. */
const notTemplates = new Set(["Type", "Comment", "Next", "Default", "Resource", "Retry", "Branches", "ItemProcessor"]);

/** AWS states no limit. Longer ones hold up the account while they are parsed, and fail for want of stack then. */
const longestExpression = 65_536;

/** Every `{% … %}` of a state parses, and uses only what its field can see. */
export function checkExpressions(state: Raw, location: string, report: Report): void {
  const isWork = work.has(String(state.Type));
  for (const [field, value] of Object.entries(state)) {
    if (notTemplates.has(field)) continue;
    const place = `${location}/${field}`;
    if (field === "Assign") checkNames(value, place, report);
    if (field === "Choices" || field === "Catch") {
      checkList(value, place, { result: false, errorOutput: field === "Catch" }, report);
    } else {
      const result = isWork && (field === "Output" || field === "Assign");
      checkTemplate(value, place, { result, errorOutput: false }, report);
    }
  }
}

function checkList(items: Json, location: string, allowed: Allowed, report: Report): void {
  if (!Array.isArray(items)) return;
  items.forEach((item: Json, i) => {
    if (!isRaw(item)) return;
    for (const field of ["Condition", "Output", "Assign"]) {
      const value = item[field];
      if (value === undefined) continue;
      if (field === "Assign") checkNames(value, `${location}[${i}]/Assign`, report);
      checkTemplate(value, `${location}[${i}]/${field}`, allowed, report);
    }
  });
}

function checkNames(assign: Json, location: string, report: Report): void {
  for (const name of Object.keys(isRaw(assign) ? assign : {})) {
    const place = `${location}/${name}`;
    if (name === "states") report("The variable name 'states' is reserved", place);
    if (!/^[\p{L}_][\p{L}\p{N}_]{0,79}$/u.test(name)) {
      report(`'${name}' is no variable name: letters, digits and _, at most 80, no digit first`, place);
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
    // AWS refuses a half-open expression, which would otherwise be a text.
    const trimmed = text.trim();
    if (trimmed.startsWith("{%") || trimmed.endsWith("%}")) {
      report("A JSONata expression must start with '{%' and end with '%}' without spaces around", location);
    }
    return;
  }
  if (source.length > longestExpression) {
    report(`A JSONata expression has ${longestExpression} characters at most, not ${source.length}`, location);
    return;
  }
  try {
    for (const member of statesMembers(jsonata(source).ast())) {
      if (member === "result" && !allowed.result) {
        report("$states.result can only be used in Output and Assign of a Task, Parallel or Map", location);
      } else if (member === "errorOutput" && !allowed.errorOutput) {
        report("$states.errorOutput can only be used in Output and Assign of a Catch", location);
      } else if (!["input", "context", "result", "errorOutput"].includes(member)) {
        report(`$states has no field '${member}': it has input, context, result and errorOutput`, location);
      }
    }
  } catch (error) {
    report(`The JSONata expression '${source}' is not valid: ${(error as Error).message}`, location);
  }
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
