import type { PolicyDocument } from "../../host/principal";
import { isOperator } from "./conditions";
import { checkAction, checkResource, checkTrustAction } from "./document-names";
import { checkPrincipal } from "./document-principals";
import { asList, type Element, type Fail, isObject, listOf, type PolicyKind } from "./element";

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
/** A statement has exactly one element of each pair. */
const pairs = [
  ["Action", "NotAction"],
  ["Resource", "NotResource"],
  ["Principal", "NotPrincipal"],
] as const;

/**
 * Reads and checks a policy's JSON text. `fail` creates the error that the calling service returns for a wrong document
 * (`MalformedPolicyDocument`, `MalformedPolicy`, …) from a message that says what is wrong, and where.
 */
export function parsePolicy(text: string, kind: PolicyKind, fail: Fail, takesAnyResource = false): PolicyDocument {
  const document = parseObject(text, fail);
  checkDocument(document, kind, fail);
  const statements = asList(document.Statement);
  if (statements.length === 0) throw fail("Missing required field Statement");
  for (const [i, statement] of statements.entries()) {
    const inStatement: Fail = (problem) => fail(`Statement ${i + 1}: ${problem}`);
    if (!isObject(statement)) throw inStatement("a statement must be a JSON object.");
    checkElements(statement, kind, inStatement);
    checkPrincipal(statement, kind, inStatement);
    checkNames(statement, kind, takesAnyResource, inStatement);
    if (statement.Condition !== undefined) checkConditions(statement.Condition, inStatement);
  }
  checkSids(statements as readonly Element[], fail);
  return document as unknown as PolicyDocument;
}

function parseObject(text: string, fail: Fail): Element {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {
    // It is not JSON.
  }
  throw fail("Syntax errors in policy: it must be a JSON object.");
}

function checkDocument(document: Element, kind: PolicyKind, fail: Fail): void {
  const strange = Object.keys(document).find((key) => !documentKeys.has(key));
  if (strange !== undefined) throw fail(`the document has no element ${strange}.`);
  const { Version, Id } = document;
  if (Version !== undefined && !versions.includes(Version)) throw fail(`Version must be ${versions.join(" or ")}.`);
  if (kind === "managed" && Version !== "2012-10-17") {
    throw fail("Policy document must be version 2012-10-17 or greater.");
  }
  if (Id !== undefined && typeof Id !== "string") throw fail("Id must be a text.");
}

function checkElements(statement: Element, kind: PolicyKind, fail: Fail): void {
  const strange = Object.keys(statement).find((key) => !statementKeys.has(key));
  if (strange !== undefined) throw fail(`a statement has no element ${strange}.`);
  const { Effect, Sid } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") throw fail("Effect must be Allow or Deny.");
  // IAM user guide, "Sid": letters and digits in IAM's policies; other services take more.
  if (Sid !== undefined && (typeof Sid !== "string" || (kind !== "resource" && !/^[A-Za-z0-9]*$/.test(Sid)))) {
    throw fail("Statement IDs (SID) must be alpha-numeric.");
  }
  for (const pair of pairs) {
    if (pair.every((name) => Object.hasOwn(statement, name))) {
      throw fail(`a statement cannot have both ${pair.join(" and ")}.`);
    }
  }
}

function checkSids(statements: readonly Element[], fail: Fail): void {
  const sids = statements.map(({ Sid }) => Sid).filter((sid) => sid !== undefined && sid !== "");
  if (new Set(sids).size < sids.length) throw fail("Statement IDs (SID) in a single policy must be unique.");
}

function checkNames(statement: Element, kind: PolicyKind, takesAnyResource: boolean, fail: Fail): void {
  const actions = [...listOf(statement, "Action"), ...listOf(statement, "NotAction")];
  const resources = [...listOf(statement, "Resource"), ...listOf(statement, "NotResource")];
  if (actions.length === 0) throw fail("Policy statement must contain actions.");
  for (const action of actions) checkAction(action, fail);
  if (kind === "trust") {
    if (Object.hasOwn(statement, "NotAction")) throw fail("Has prohibited field NotAction.");
    if (resources.length > 0) throw fail("Has prohibited field Resource.");
    for (const action of actions) checkTrustAction(String(action), fail);
    return;
  }
  if (resources.length === 0) throw fail("Policy statement must contain resources.");
  for (const resource of resources) checkResource(resource, takesAnyResource, fail);
}

function checkConditions(conditions: unknown, fail: Fail): void {
  if (!isObject(conditions)) throw fail("Condition must be a JSON object.");
  for (const [operator, keys] of Object.entries(conditions)) {
    if (!isObject(keys)) throw fail(`Condition ${operator} must be a JSON object.`);
    if (!isOperator(operator)) throw fail(`Invalid Condition type : ${operator}.`);
    for (const [key, values] of Object.entries(keys)) {
      const simple = asList(values).every((value) => ["string", "number", "boolean"].includes(typeof value));
      if (!simple) throw fail(`Condition ${operator} ${key} must be texts, numbers or booleans.`);
    }
  }
}
