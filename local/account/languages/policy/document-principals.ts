import { asList, type Element, type Fail, isObject, type PolicyKind } from "./element";

const principalKinds = new Set(["AWS", "Service", "Federated", "CanonicalUser"]);

/**
 * Everyone, an account, a role, a user or a session (IAM user guide, "AWS JSON policy elements:
 * Principal": "You cannot use a wildcard to match part of a principal name or ARN"). AWS also
 * refuses a role or user that does not exist.
 */
const awsPrincipal =
  /^(\*|\d{12}|arn:aws:iam::\d{12}:(root|(role|user)\/[^*?]+)|arn:aws:sts::\d{12}:(assumed-role\/[^/*?]+|federated-user)\/[^/*?]+)$/;

/** Checks whom a statement names: no one in a policy of a role, someone in all others. */
export function checkPrincipal(statement: Element, kind: PolicyKind, fail: Fail): void {
  const isNegated = Object.hasOwn(statement, "NotPrincipal");
  const isGiven = isNegated || Object.hasOwn(statement, "Principal");
  if (kind === "identity" || kind === "managed") {
    if (isGiven) throw fail("Policy document should not specify a principal.");
    return;
  }
  if (!isGiven) throw fail("Missing required field Principal");
  if (isNegated) checkNotPrincipal(statement, kind, fail);
  checkPrincipals(isNegated ? statement.NotPrincipal : statement.Principal, fail);
}

/**
 * IAM user guide, "NotPrincipal": "NotPrincipal must be used with "Effect":"Deny"", and "You cannot
 * use the NotPrincipal element in an IAM identity-based policy nor in an IAM role trust policy".
 */
function checkNotPrincipal({ Effect }: Element, kind: "resource" | "trust", fail: Fail): void {
  if (kind === "trust") throw fail("Has prohibited field NotPrincipal.");
  if (Effect === "Allow") throw fail("NotPrincipal must be used with Effect Deny.");
}

function checkPrincipals(element: unknown, fail: Fail): void {
  if (element === "*") return;
  if (!isObject(element) || Object.keys(element).length === 0) throw fail('Principal must be "*" or an object.');
  for (const [kind, names] of Object.entries(element)) {
    if (!principalKinds.has(kind)) throw fail(`Invalid principal in policy: ${kind}.`);
    for (const name of asList(names)) {
      const valid =
        typeof name === "string" &&
        (kind !== "AWS" || awsPrincipal.test(name)) &&
        (kind !== "Service" || /^[a-z0-9.-]+\.amazonaws\.com$/.test(name));
      if (!valid) throw fail(`Invalid principal in policy: "${kind}":${JSON.stringify(name)}.`);
    }
  }
}
