import { parseJsonText } from "../../codecs/json-text";
import type { PolicyDocument } from "../../host/principal";
import { checkActions, checkResources, isLegacy } from "./document-names";
import { checkPrincipal } from "./document-principals";
import { type Element, listOf, type PolicyKind, readStatements } from "./document-syntax";

type Fail = (message: string) => Error;

/**
 * Reads and checks a policy's JSON text. `fail` creates the error that the calling service returns for a wrong document
 * (`MalformedPolicyDocument`, `MalformedPolicy`, …) from a message that says what is wrong. IAM's own documents get IAM's
 * words, and its checks in IAM's order (answers of AWS in getmoto/moto, tests/test_iam/test_iam_policies.py); documents of
 * other services are explained.
 */
export function parsePolicy(text: string, kind: PolicyKind, fail: Fail, takesAnyResource = false): PolicyDocument {
  const document = parseDocument(text, kind, fail);
  const statements = readStatements(document, (problem) =>
    fail(kind === "resource" ? `Syntax errors in policy: ${problem}` : "Syntax errors in policy."),
  );
  if (kind === "managed" && (document as Element).Version !== "2012-10-17") {
    throw fail("Policy document must be version 2012-10-17 or greater.");
  }
  if (statements.some(isLegacy)) throw fail("The policy failed legacy parsing");
  checkSids(statements, kind, fail);
  for (const statement of statements) checkPrincipal(statement, kind, fail);
  checkNames(statements, kind, fail, takesAnyResource);
  return document as PolicyDocument;
}

function parseDocument(text: string, kind: PolicyKind, fail: Fail): unknown {
  try {
    return parseJsonText(text);
  } catch {
    // Recorded on AWS: localstack's snapshot test_create_role_with_malformed_assume_role_policy_document.
    if (kind === "trust") throw fail("This policy contains invalid Json");
    throw fail(kind === "resource" ? "Syntax errors in policy: the document is not JSON." : "Syntax errors in policy.");
  }
}

function checkSids(statements: readonly Element[], kind: PolicyKind, fail: Fail): void {
  const sids = statements.map(({ Sid }) => Sid).filter((sid) => sid !== undefined && sid !== "");
  if (new Set(sids).size < sids.length) throw fail("Statement IDs (SID) in a single policy must be unique.");
  // IAM user guide, "Sid": letters and digits in IAM's policies; other services take more.
  if (kind !== "resource" && sids.some((sid) => !/^[A-Za-z0-9]*$/.test(String(sid)))) {
    throw fail("Statement IDs (SID) must be alpha-numeric.");
  }
}

/** Checks actions and resources, each kind of mistake in all statements before the next. */
function checkNames(statements: readonly Element[], kind: PolicyKind, fail: Fail, takesAnyResource: boolean): void {
  const actionsOf = (statement: Element) => [...listOf(statement, "Action"), ...listOf(statement, "NotAction")];
  const resourcesOf = (statement: Element) => [...listOf(statement, "Resource"), ...listOf(statement, "NotResource")];
  if (statements.some((statement) => actionsOf(statement).length === 0)) {
    throw fail("Policy statement must contain actions.");
  }
  if (kind === "trust") {
    for (const statement of statements) checkTrust(statement, fail);
    return;
  }
  const resources = statements.flatMap(resourcesOf);
  if (!takesAnyResource) checkResources(resources, fail);
  checkActions(statements.flatMap(actionsOf), fail);
  if (statements.some((statement) => resourcesOf(statement).length === 0)) {
    throw fail("Policy statement must contain resources.");
  }
}

/**
 * The actions that a trust policy can allow (IAM user guide, "IAM JSON policy elements: Principal", "Pass session tags").
 */
const assumeActions = new Set([
  "sts:assumerole",
  "sts:assumerolewithsaml",
  "sts:assumerolewithwebidentity",
  "sts:setcontext",
  "sts:setsourceidentity",
  "sts:tagsession",
]);

function checkTrust(statement: Element, fail: Fail): void {
  checkActions([...listOf(statement, "Action"), ...listOf(statement, "NotAction")], fail);
  const refused = fail("AssumeRole policy may only specify STS AssumeRole actions.");
  if ("NotAction" in statement) throw refused;
  for (const action of listOf(statement, "Action")) {
    const name = String(action).toLowerCase();
    if (!assumeActions.has(name) && !/^sts:assumerole[a-z]*\*$/.test(name)) throw refused;
  }
  if ("Resource" in statement || "NotResource" in statement) throw fail("Has prohibited field Resource.");
}
