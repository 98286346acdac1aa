/** The parts of an IAM statement that the rules read. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: PrincipalElement;
  readonly NotPrincipal?: PrincipalElement;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type PrincipalElement = string | Readonly<Record<string, string | readonly string[]>>;

const toList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** Reads the statements of a policy's JSON text; none while the text is unknown (before the first `up`, with outputs in it). */
export function readStatements(text: unknown): readonly Statement[] {
  if (typeof text !== "string") return [];
  try {
    const { Statement = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    return Array.isArray(Statement) ? Statement : [Statement];
  } catch {
    return [];
  }
}

/**
 * Actions without resource-level permissions, which need `*` (Service Authorization Reference). PutEvents needs `*` when a
 * Lambda is the caller (Personalize guide).
 */
const withoutResource: readonly RegExp[] = [
  /^personalize:PutEvents$/i,
  /^personalize:List[A-Za-z]+$/i,
  /^cloudwatch:(PutMetricData|GetMetricStatistics|GetMetricData|ListMetrics)$/i,
  /^logs:(CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/i,
  /^ec2:(CreateNetworkInterface|DescribeNetworkInterfaces|DeleteNetworkInterface|AssignPrivateIpAddresses|UnassignPrivateIpAddresses|DescribeSubnets)$/i,
  /^kinesis:ListStreams$/i,
  /^states:ValidateStateMachineDefinition$/i,
  /^xray:Put[A-Za-z]+$/i,
];

/** Describes what is too wide in a statement of a role's policy. A Deny is never too wide. */
export function findTooWide(statement: Statement): string[] {
  if (statement.Effect !== "Allow") return [];
  const name = describeSid(statement);
  const found = findNegations(statement);
  const resources = toList(statement.Resource);
  for (const action of toList(statement.Action)) {
    if (hasWildcard(action)) {
      found.push(`a statement${name} allows the wildcard action ${action}`);
      continue;
    }
    const wide = resources.find((resource) => matchesEverything(resource));
    if (wide !== undefined && !withoutResource.some((pattern) => pattern.test(action))) {
      found.push(`a statement${name} allows ${action} on ${isEverything(wide) ? "every resource" : wide}`);
    }
    if (action.toLowerCase() === "iam:passrole" && !hasKey(statement, "iam:passedtoservice")) {
      found.push(`a statement${name} allows iam:PassRole to any service (no condition iam:PassedToService)`);
    }
  }
  return found;
}

/**
 * Describes what is too open in the policy of a bucket, topic, key or role. The resource of such a policy is known; the
 * question is which callers it allows.
 */
export function findTooOpen(statement: Statement): string[] {
  if (statement.Effect !== "Allow") return [];
  const name = describeSid(statement);
  const found = findNegations(statement);
  if (statement.NotPrincipal) found.push(`a statement${name} allows all callers except some (NotPrincipal)`);
  for (const [kind, who] of listPrincipals(statement.Principal)) {
    if (hasWildcard(who)) {
      if (!restrictsCaller(statement)) found.push(`a statement${name} allows every caller (principal ${who})`);
    } else if (kind === "Service" && !restrictsSource(statement, who)) {
      found.push(`a statement${name} lets ${who} act for any account (no condition on the source)`);
    } else if (kind === "Federated" && !hasKey(statement, ":sub")) {
      found.push(`a statement${name} allows every identity of ${who} (no condition on its subject)`);
    }
  }
  return found;
}

const describeSid = ({ Sid }: Statement) => (Sid ? ` (${Sid})` : "");

function findNegations(statement: Statement): string[] {
  const found: string[] = [];
  if (statement.NotAction)
    found.push(`a statement${describeSid(statement)} allows all actions except some (NotAction)`);
  if (statement.NotResource)
    found.push(`a statement${describeSid(statement)} allows all resources except some (NotResource)`);
  return found;
}

const hasWildcard = (text: string) => /[*?]/.test(text);
const isEverything = (text: string) => /^[*?:]*$/.test(text);

/**
 * Whether an ARN matches every resource of a type: `*`, `arn:aws:s3:::*`, `arn:aws:iam::123456789012:role/*`. The first
 * part of the name, after its type, must contain more than wildcards.
 */
function matchesEverything(arn: string): boolean {
  if (isEverything(arn)) return true;
  const resource = arn.split(":").slice(5).join(":");
  const withKind = /^[a-z][a-z-]*[:/](.*)$/.exec(resource);
  const isBucket = arn.split(":")[2] === "s3";
  // Names of log groups and parameters may begin with a slash.
  const [first = ""] = (isBucket || !withKind ? resource : (withKind[1] ?? "").replace(/^\//, "")).split(/[:/]/);
  return isEverything(first);
}

function listPrincipals(element: PrincipalElement | undefined): [kind: string, who: string][] {
  if (element === undefined) return [];
  if (typeof element === "string") return [["AWS", element]];
  return Object.entries(element).flatMap(([kind, names]) => toList(names).map((who): [string, string] => [kind, who]));
}

const listKeys = ({ Condition = {} }: Statement) =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    // These conditions are also true without the key, so they restrict nothing.
    /IfExists$|^ForAllValues:|^Null$|Not/.test(operator) ? [] : Object.keys(keys).map((key) => key.toLowerCase()),
  );

const hasKey = (statement: Statement, end: string) => listKeys(statement).some((key) => key.endsWith(end));

/** Condition keys that restrict the caller for any principal. */
const callerKeys =
  /^aws:(principal(account|arn|orgid|orgpaths)|source(account|arn|orgid|vpc|vpce))$|^kms:calleraccount$/;
const restrictsCaller = (statement: Statement) => listKeys(statement).some((key) => callerKeys.test(key));

/** Condition keys for whom a service acts, and the services and actions that send none of them. */
const sourceKeys = /^aws:source(account|arn|orgid|orgpaths)$|^kms:encryptioncontext:|^sts:externalid$/;
const withoutSource: readonly [service: RegExp, action: RegExp][] = [
  // Lambda guide, "Execution role"; EventBridge guide, "Amazon SNS permissions".
  [/^lambda\.amazonaws\.com$/, /^sts:assumerole$/],
  [/^events\.amazonaws\.com$/, /^(sns:publish|kms:(generatedatakey|decrypt)\*?)$/],
];

function restrictsSource(statement: Statement, service: string): boolean {
  if (listKeys(statement).some((key) => sourceKeys.test(key))) return true;
  return toList(statement.Action).every((action) =>
    withoutSource.some(([who, what]) => who.test(service) && what.test(action.toLowerCase())),
  );
}
