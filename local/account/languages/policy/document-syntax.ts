import { isOperator } from "./conditions";

/** The use of a document: it decides which elements a statement must and must not have. */
export type PolicyKind = "identity" | "managed" | "resource" | "trust";

/** Throws the error of a document that is not a policy; the text says what is wrong. */
type Refuse = (problem: string) => Error;

const documentKeys = new Set(["Version", "Id", "Statement"]);
const statementKeys = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);
const versions = ["2012-10-17", "2008-10-17"];
/** A statement has exactly one element of each pair. */
const pairs = [
  ["Action", "NotAction"],
  ["Resource", "NotResource"],
  ["Principal", "NotPrincipal"],
] as const;

export type Element = Readonly<Record<string, unknown>>;

/** Checks the elements of a document and their types. Returns its statements. */
export function readStatements(document: unknown, refuse: Refuse): readonly Element[] {
  if (!isObject(document)) throw refuse("the document must be a JSON object.");
  const strange = Object.keys(document).find((key) => !documentKeys.has(key));
  if (strange !== undefined) throw refuse(`the document has no element ${strange}.`);
  const { Version, Id, Statement } = document;
  if (Version !== undefined && !versions.includes(String(Version))) {
    throw refuse(`Version must be ${versions.join(" or ")}, not ${String(Version)}.`);
  }
  if (Id !== undefined && typeof Id !== "string") throw refuse("Id must be a text.");
  const statements = asList(Statement);
  if (statements.length === 0) throw refuse("the document needs a Statement.");
  return statements.map((statement, i) => {
    const inStatement: Refuse = (problem) => refuse(`Statement ${i + 1}: ${problem}`);
    if (!isObject(statement)) throw inStatement("a statement must be a JSON object.");
    checkElements(statement, inStatement);
    return statement;
  });
}

function checkElements(statement: Element, refuse: Refuse): void {
  const strange = Object.keys(statement).find((key) => !statementKeys.has(key));
  if (strange !== undefined) throw refuse(`a statement has no element ${strange}.`);
  const { Effect, Sid, Condition } = statement;
  // Another case is another error, of a later check.
  if (typeof Effect !== "string" || !/^(allow|deny)$/i.test(Effect)) throw refuse("Effect must be Allow or Deny.");
  if (Sid !== undefined && typeof Sid !== "string") throw refuse("Statement IDs (SID) must be texts.");
  for (const pair of pairs) {
    if (pair.every((name) => Object.hasOwn(statement, name)))
      throw refuse(`a statement cannot have both ${pair.join(" and ")}.`);
  }
  for (const name of ["Action", "NotAction", "Resource", "NotResource"]) {
    // Only a list of resources may contain null (getmoto/moto, valid_policy_documents).
    const isText = (value: unknown) => typeof value === "string" || (value === null && name.endsWith("Resource"));
    if (!listOf(statement, name).every(isText)) throw refuse(`${name} must be a text or a list of texts.`);
  }
  if (Condition !== undefined) checkConditions(Condition, refuse);
}

function checkConditions(conditions: unknown, refuse: Refuse): void {
  if (!isObject(conditions)) throw refuse("Condition must be a JSON object.");
  for (const [operator, keys] of Object.entries(conditions)) {
    if (!isObject(keys)) throw refuse(`Condition ${operator} must be a JSON object.`);
    // An operator without keys says nothing, whatever its name.
    if (Object.keys(keys).length > 0 && !isOperator(operator)) throw refuse(`Invalid Condition type : ${operator}.`);
    for (const [key, values] of Object.entries(keys)) {
      const simple = asList(values).every((value) => ["string", "number", "boolean"].includes(typeof value));
      if (!simple) throw refuse(`Condition ${operator} ${key} must be texts, numbers or booleans.`);
    }
  }
}

export const isObject = (value: unknown): value is Element =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** The values of an element; none when the statement does not have it. */
export const listOf = (statement: Element, name: string) =>
  Object.hasOwn(statement, name) ? asList(statement[name]) : [];
