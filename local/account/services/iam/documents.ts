import { parseJsonText } from "../../endpoint/json-text";
import type { PolicyDocument, PolicyStatement } from "../../endpoint/principal";
import { isOperator } from "./evaluation/conditions";

/** Where a document will be used: it decides which elements a statement must and must not have. */
export type PolicyKind = "identity" | "resource" | "trust";

const versions = ["2012-10-17", "2008-10-17"];
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

/**
 * Reads and checks a policy's JSON text. `fail` creates the error that the calling service returns for a wrong document
 * (`MalformedPolicyDocument`, `MalformedPolicy`, …) from a message that says what is wrong.
 */
export function parsePolicy(text: string, kind: PolicyKind, fail: (message: string) => Error): PolicyDocument {
  let parsed: unknown;
  try {
    parsed = parseJsonText(text);
  } catch {
    // IAM's words as recorded on AWS: localstack's snapshot test_create_role_with_malformed_assume_role_policy_document.
    throw fail(
      kind === "resource" ? "Syntax errors in policy: the document is not JSON." : "This policy contains invalid Json",
    );
  }
  if (!isObject(parsed)) throw fail("Syntax errors in policy: the document must be a JSON object.");
  const strange = Object.keys(parsed).find((key) => !documentKeys.has(key));
  if (strange) throw fail(`Syntax errors in policy: the document has no element ${strange}.`);
  if (parsed.Version !== undefined && !versions.includes(String(parsed.Version))) {
    throw fail(
      `The policy must contain a valid version string: ${versions.join(" or ")}, not ${String(parsed.Version)}.`,
    );
  }
  const statements = asList(parsed.Statement);
  if (statements.length === 0) throw fail("Syntax errors in policy: the document needs a Statement.");
  const sids = new Set<unknown>();
  for (const [i, statement] of statements.entries()) {
    checkStatement(statement, kind, (message) => fail(`Statement ${i + 1}: ${message}`));
    const { Sid } = statement as PolicyStatement;
    if (Sid !== undefined && Sid !== "" && sids.has(Sid))
      throw fail(`Statement IDs (SID) in a single policy must be unique: ${Sid}.`);
    sids.add(Sid);
  }
  return parsed as unknown as PolicyDocument;
}

function checkStatement(statement: unknown, kind: PolicyKind, fail: (message: string) => Error): void {
  if (!isObject(statement)) throw fail("a statement must be a JSON object.");
  const strange = Object.keys(statement).find((key) => !statementKeys.has(key));
  if (strange) throw fail(`a statement has no element ${strange}.`);
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") throw fail("Effect must be Allow or Deny.");
  checkSid(statement.Sid, kind, fail);
  exactlyOne(statement, "Action", "NotAction", fail);
  checkActions(asList(statement.Action ?? statement.NotAction), fail);
  checkPlacement(statement, kind, fail);
  if (statement.Condition !== undefined) checkConditions(statement.Condition, fail);
}

function checkPlacement(statement: Record<string, unknown>, kind: PolicyKind, fail: (message: string) => Error): void {
  if (kind === "identity") {
    if ("Principal" in statement || "NotPrincipal" in statement)
      throw fail("Policy document should not specify a principal.");
  } else {
    exactlyOne(statement, "Principal", "NotPrincipal", fail);
    checkNotPrincipal(statement, kind, fail);
    checkPrincipals(statement.Principal ?? statement.NotPrincipal, fail);
  }
  if (kind === "trust") {
    checkTrustActions(statement, fail);
    if ("Resource" in statement || "NotResource" in statement) throw fail("Has prohibited field Resource.");
    return;
  }
  exactlyOne(statement, "Resource", "NotResource", fail);
  for (const resource of asList(statement.Resource ?? statement.NotResource)) {
    checkResource(resource, fail);
  }
}

function checkSid(sid: unknown, kind: PolicyKind, fail: (message: string) => Error): void {
  if (sid === undefined) return;
  if (typeof sid !== "string") throw fail("Statement IDs (SID) must be texts.");
  // IAM user guide, "Sid": letters and digits in IAM's policies; other services take more.
  if (kind !== "resource" && !/^[A-Za-z0-9]*$/.test(sid)) {
    throw fail("Statement IDs (SID) must be alpha-numeric.");
  }
}

/** What a trust policy can allow (IAM user guide, "IAM JSON policy elements: Principal", "Pass session tags"). */
const assumeActions = new Set([
  "sts:assumerole",
  "sts:assumerolewithsaml",
  "sts:assumerolewithwebidentity",
  "sts:setcontext",
  "sts:setsourceidentity",
  "sts:tagsession",
]);

function checkTrustActions(statement: Record<string, unknown>, fail: (message: string) => Error): void {
  const refused = fail("AssumeRole policy may only specify STS AssumeRole actions.");
  if ("NotAction" in statement) throw refused;
  for (const action of asList(statement.Action)) {
    const name = String(action).toLowerCase();
    if (!assumeActions.has(name) && !/^sts:assumerole[a-z]*\*$/.test(name)) throw refused;
  }
}

/** IAM user guide, "Amazon Resource Names (ARNs)" and the partitions of the SDK's endpoint rules. */
const partition = /^(\*|aws(-cn|-us-gov|-iso|-iso-[b-z]|-eusc)?)$/;
/** S3 ARNs that have a Region (Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"). */
const regionalS3 = /^(accesspoint|job|storage-lens|storage-lens-group|async-request|access-grants|\*)/;

function checkResource(resource: unknown, fail: (message: string) => Error): void {
  if (resource === "*") return;
  if (typeof resource !== "string" || !resource.startsWith("arn:")) {
    throw fail(`Resource ${JSON.stringify(resource)} must be in ARN format or "*".`);
  }
  const [, part = "", service = "", region = "", account, ...rest] = resource.split(":");
  if (account === undefined || rest.length === 0) throw fail(`Resource ${resource} has too few parts for an ARN.`);
  if (!partition.test(part)) throw fail(`Partition "${part}" is not valid for resource "${resource}".`);
  const noRegion = service === "iam" || (service === "s3" && !regionalS3.test(rest.join(":")));
  if (noRegion && region !== "" && region !== "*") {
    throw fail(`Resource ${resource} can not contain region information.`);
  }
}

/**
 * IAM user guide, "NotPrincipal": "NotPrincipal must be used with "Effect":"Deny"", and "You cannot use the NotPrincipal
 * element in an IAM identity-based policy nor in an IAM role trust policy".
 */
function checkNotPrincipal(
  statement: Record<string, unknown>,
  kind: PolicyKind,
  fail: (message: string) => Error,
): void {
  if (!("NotPrincipal" in statement)) return;
  if (kind === "trust") throw fail("Has prohibited field NotPrincipal.");
  if (statement.Effect === "Allow") throw fail("NotPrincipal must be used with Effect Deny.");
}

function checkActions(actions: readonly unknown[], fail: (message: string) => Error): void {
  for (const action of actions) {
    if (typeof action !== "string" || !/^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/.test(action)) {
      throw fail(
        `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: ${JSON.stringify(action)}.`,
      );
    }
  }
}

const principalKinds = new Set(["AWS", "Service", "Federated", "CanonicalUser"]);

function checkPrincipals(element: unknown, fail: (message: string) => Error): void {
  if (element === "*") return;
  if (!isObject(element) || Object.keys(element).length === 0) throw fail('Principal must be "*" or an object.');
  for (const [kind, names] of Object.entries(element)) {
    if (!principalKinds.has(kind)) throw fail(`Invalid principal in policy: ${kind}.`);
    for (const name of asList(names)) {
      const valid =
        typeof name === "string" &&
        // Guide, "Principal": "You cannot use a wildcard to match part of a principal name or ARN".
        (kind !== "AWS" || /^(\*|\d{12}|arn:aws:(iam|sts)::\d{12}:[^*?]+)$/.test(name)) &&
        (kind !== "Service" || /^[a-z0-9.-]+\.amazonaws\.com$/.test(name));
      if (!valid) throw fail(`Invalid principal in policy: "${kind}":${JSON.stringify(name)}.`);
    }
  }
}

function checkConditions(conditions: unknown, fail: (message: string) => Error): void {
  if (!isObject(conditions)) throw fail("Condition must be a JSON object.");
  for (const [operator, keys] of Object.entries(conditions)) {
    if (!isOperator(operator)) throw fail(`Invalid Condition type : ${operator}.`);
    if (!isObject(keys)) throw fail(`Condition ${operator} must be a JSON object.`);
    for (const [key, values] of Object.entries(keys)) {
      if (!key.includes(":")) throw fail(`Condition key ${key} needs a prefix such as aws: or s3:.`);
      const simple = asList(values).every((value) => ["string", "number", "boolean"].includes(typeof value));
      if (!simple) throw fail(`Condition ${operator} ${key} must hold texts, numbers or booleans.`);
    }
  }
}

function exactlyOne(statement: Record<string, unknown>, a: string, b: string, fail: (message: string) => Error): void {
  if (a in statement === b in statement) throw fail(`a statement needs exactly one of ${a} and ${b}.`);
  if (asList(statement[a] ?? statement[b]).length === 0) throw fail(`${a in statement ? a : b} must not be empty.`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const asList = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
