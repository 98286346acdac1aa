import type { PolicyDocument } from "../../host/principal";
import { isDateOperator } from "./conditions";
import { checkTrustAction, findActionProblem, findResourceProblem, isLegacyResource } from "./document-names";
import { checkPrincipal } from "./document-principals";
import { readSyntax } from "./document-syntax";
import { asList, type Element, type Fail, isObject, listOf, type PolicyKind } from "./element";
import { readInstant } from "./instant";

/**
 * Reads and checks a policy's JSON text. `fail` creates the error that the calling service returns
 * for a wrong document (`MalformedPolicyDocument`, `MalformedPolicy`, …) from a message that says
 * what is wrong, and where. The order of the checks and the words are those of AWS's answers in
 * getmoto/moto, tests/test_iam/test_iam_policies.py.
 */
export function parsePolicy(text: string, kind: PolicyKind, fail: Fail, takesAnyResource = false): PolicyDocument {
  const { document, statements } = readSyntax(text, kind, fail);
  if (kind === "managed" && document.Version !== "2012-10-17") {
    throw fail("Policy document must be version 2012-10-17 or greater.");
  }
  const inEach = (check: (statement: Element, fail: Fail) => void) => {
    for (const [i, statement] of statements.entries()) {
      check(statement, (problem) => fail(statements.length === 1 ? problem : `${problem} (statement ${i + 1})`));
    }
  };
  const resourcesOf = takesAnyResource ? () => [] : textsOf("Resource");
  inEach((statement, failHere) => checkPrincipal(statement, kind, failHere));
  inEach((statement, failHere) => checkLegacy(statement, resourcesOf(statement), failHere));
  checkSids(statements, kind, fail);
  inEach((statement, failHere) => checkNames(statement, kind, resourcesOf(statement), failHere));
  return document as unknown as PolicyDocument;
}

/** The texts of an element and of its negation. */
const textsOf = (name: string) => (statement: Element) =>
  [...listOf(statement, name), ...listOf(statement, `Not${name}`)].filter((value) => typeof value === "string");
const actionsOf = textsOf("Action");

/** Finds what AWS's older parser refuses. A resource of a wrong form has its own message later. */
function checkLegacy({ Effect, Condition }: Element, resources: readonly string[], fail: Fail): void {
  const refused = (problem: string) => fail(`The policy failed legacy parsing: ${problem}`);
  if (Effect !== "Allow" && Effect !== "Deny") throw refused("Effect must be Allow or Deny.");
  for (const [operator, keys] of Object.entries(isObject(Condition) ? Condition : {})) {
    const values = isDateOperator(operator) ? Object.values(keys as Element).flatMap(asList) : [];
    const wrong = values.find((value) => readInstant(String(value)) === undefined);
    if (wrong !== undefined) throw refused(`${operator} has ${JSON.stringify(wrong)}, which is not a date.`);
  }
  if (resources.some((resource) => findResourceProblem(resource) !== undefined)) return;
  const incomplete = resources.find((resource) => !isLegacyResource(resource));
  if (incomplete !== undefined) throw refused(`the ARN ${incomplete} is not complete.`);
}

function checkSids(statements: readonly Element[], kind: PolicyKind, fail: Fail): void {
  const sids = statements.map(({ Sid }) => Sid).filter((sid) => typeof sid === "string" && sid !== "");
  // IAM user guide, "Sid": letters and digits in IAM's policies; other services take more.
  if (kind !== "resource" && !sids.every((sid) => /^[A-Za-z0-9]*$/.test(String(sid)))) {
    throw fail("Statement IDs (SID) must be alpha-numeric.");
  }
  if (new Set(sids).size < sids.length) throw fail("Statement IDs (SID) in a single policy must be unique.");
}

function checkNames(statement: Element, kind: PolicyKind, resources: readonly string[], fail: Fail): void {
  const actions = actionsOf(statement);
  if (actions.length === 0) throw fail("Policy statement must contain actions.");
  const problem = firstOf(resources, findResourceProblem) ?? firstOf(actions, findActionProblem);
  if (problem !== undefined) throw fail(problem);
  const given = [...listOf(statement, "Resource"), ...listOf(statement, "NotResource")];
  if (kind === "trust") {
    if (Object.hasOwn(statement, "NotAction")) throw fail("Has prohibited field NotAction.");
    if (given.length > 0) throw fail("Has prohibited field Resource.");
    for (const action of actions) checkTrustAction(action, fail);
  } else if (given.length === 0) throw fail("Policy statement must contain resources.");
}

function firstOf(texts: readonly string[], find: (text: string) => string | undefined): string | undefined {
  for (const text of texts) {
    const problem = find(text);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
