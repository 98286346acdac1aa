import { isOperator } from "./conditions";
import { asList, type Element, type Fail, isObject, type PolicyKind } from "./element";

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
const versions: readonly unknown[] = ["2012-10-17", "2008-10-17"];
/** A statement has at most one element of each pair. */
const pairs = [
  ["Action", "NotAction"],
  ["Resource", "NotResource"],
  ["Principal", "NotPrincipal"],
] as const;

/**
 * Reads a document's JSON and the forms of its elements (IAM user guide, "Grammar of the IAM JSON
 * policy language").
 */
export function readSyntax(
  text: string,
  kind: PolicyKind,
  fail: Fail,
): { document: Element; statements: readonly Element[] } {
  const wrong: Fail = (problem) => fail(kind === "resource" ? problem : `Syntax errors in policy. ${problem}`);
  const document = parseObject(text, wrong);
  const strange = Object.keys(document).find((key) => !documentKeys.has(key));
  if (strange !== undefined) throw wrong(`The document has no element ${strange}.`);
  const { Version, Id, Statement } = document;
  if (Version !== undefined && !versions.includes(Version)) throw wrong(`Version must be ${versions.join(" or ")}.`);
  if (Id !== undefined && typeof Id !== "string") throw wrong("Id must be a text.");
  const statements = asList(Statement);
  if (statements.length === 0) throw wrong("Missing required field Statement");
  return {
    document,
    statements: statements.map((statement, i) => {
      const inStatement: Fail = (problem) => wrong(`Statement ${i + 1}: ${problem}`);
      if (!isObject(statement)) throw inStatement("it must be a JSON object.");
      checkStatement(statement, inStatement);
      return statement;
    }),
  };
}

function parseObject(text: string, fail: Fail): Element {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {
    // It is not JSON.
  }
  // S3's words (recorded: localstack's snapshot test_bucket_policy_exc); IAM says only the first
  // sentence.
  throw fail("Policies must be valid JSON and the first byte must be '{'");
}

function checkStatement(statement: Element, fail: Fail): void {
  const strange = Object.keys(statement).find((key) => !statementKeys.has(key));
  if (strange !== undefined) throw fail(`it has no element ${strange}.`);
  for (const pair of pairs) {
    if (pair.every((name) => Object.hasOwn(statement, name))) throw fail(`it cannot have both ${pair.join(" and ")}.`);
  }
  const { Effect, Sid, Condition } = statement;
  if (typeof Effect !== "string" || !/^(allow|deny)$/i.test(Effect)) throw fail("Effect must be Allow or Deny.");
  if (Sid !== undefined && typeof Sid !== "string") throw fail("Sid must be a text.");
  for (const name of ["Action", "NotAction", "Resource", "NotResource"]) checkTexts(statement, name, fail);
  if (Condition !== undefined) checkConditions(Condition, fail);
}

function checkTexts(statement: Element, name: string, fail: Fail): void {
  // A list of resources may contain null (getmoto/moto, tests/test_iam/test_iam_policies.py,
  // valid_policy_documents).
  const isText = (value: unknown) => typeof value === "string" || (value === null && name.endsWith("Resource"));
  if (!asList(statement[name]).every(isText)) throw fail(`${name} must be a text or a list of texts.`);
}

function checkConditions(conditions: unknown, fail: Fail): void {
  if (!isObject(conditions)) throw fail("Condition must be a JSON object.");
  for (const [operator, keys] of Object.entries(conditions)) {
    if (!isObject(keys)) throw fail(`Condition ${operator} must be a JSON object.`);
    // IAM takes any operator that has no keys (the same file).
    if (!isOperator(operator) && Object.keys(keys).length > 0) throw fail(`Condition has no operator ${operator}.`);
    for (const [key, values] of Object.entries(keys)) {
      const simple = asList(values).every((value) => ["string", "number", "boolean"].includes(typeof value));
      if (!simple) throw fail(`Condition ${operator} ${key} must be texts, numbers or booleans.`);
    }
  }
}
