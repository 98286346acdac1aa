/** An IAM statement as far as the rules read it. */
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

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** The statements of a policy's JSON text; none while the text is not known (it holds outputs, before the first `up`). */
export function statementsOf(text: unknown): readonly Statement[] {
  if (typeof text !== "string") return [];
  try {
    const { Statement = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    return Array.isArray(Statement) ? Statement : [Statement];
  } catch {
    return [];
  }
}

/**
 * Actions that AWS lets nobody narrow to a resource, so that `*` is the only thing to write (Service Authorization
 * Reference); for PutEvents the guide asks for `*` when a Lambda is the caller.
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

/** What is too wide in a statement of a role's policy, in words; nothing for a Deny, which cannot be too wide. */
export function tooWide(statement: Statement): string[] {
  if (statement.Effect !== "Allow") return [];
  const name = nameOf(statement);
  const found = everythingBut(statement);
  const resources = listOf(statement.Resource);
  for (const action of listOf(statement.Action)) {
    if (hasWildcard(action)) {
      found.push(`a statement${name} allows the wildcard action ${action}`);
      continue;
    }
    const wide = resources.find((resource) => namesEverything(resource));
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
 * What is too open in the policy of a bucket, topic, key or role, in words. In such policies the resource is the one that
 * carries them, so that what counts is whom they let in.
 */
export function tooOpen(statement: Statement): string[] {
  if (statement.Effect !== "Allow") return [];
  const name = nameOf(statement);
  const found = everythingBut(statement);
  if (statement.NotPrincipal) found.push(`a statement${name} lets everybody in but some (NotPrincipal)`);
  for (const [kind, who] of principalsOf(statement.Principal)) {
    if (hasWildcard(who)) {
      if (!narrowsCaller(statement)) found.push(`a statement${name} lets everybody in (principal ${who})`);
    } else if (kind === "Service" && !namesSource(statement, who)) {
      found.push(`a statement${name} lets ${who} act for any account (no condition on the source)`);
    } else if (kind === "Federated" && !hasKey(statement, ":sub")) {
      found.push(`a statement${name} lets every identity of ${who} in (no condition on its subject)`);
    }
  }
  return found;
}

const nameOf = ({ Sid }: Statement) => (Sid ? ` (${Sid})` : "");

function everythingBut(statement: Statement): string[] {
  const found: string[] = [];
  if (statement.NotAction) found.push(`a statement${nameOf(statement)} allows everything but some actions (NotAction)`);
  if (statement.NotResource)
    found.push(`a statement${nameOf(statement)} allows everything but some resources (NotResource)`);
  return found;
}

const hasWildcard = (text: string) => /[*?]/.test(text);
const isEverything = (text: string) => /^[*?:]*$/.test(text);

/**
 * Whether an ARN names every resource of a kind: `*`, `arn:aws:s3:::*`, `arn:aws:iam::123456789012:role/*`. The first
 * part of the name, after its kind, must hold more than wildcards.
 */
function namesEverything(arn: string): boolean {
  if (isEverything(arn)) return true;
  const resource = arn.split(":").slice(5).join(":");
  const withKind = /^[a-z][a-z-]*[:/](.*)$/.exec(resource);
  const isBucket = arn.split(":")[2] === "s3";
  const [first = ""] = (isBucket || !withKind ? resource : (withKind[1] ?? "")).split(/[:/]/);
  return isEverything(first);
}

function principalsOf(element: PrincipalElement | undefined): [kind: string, who: string][] {
  if (element === undefined) return [];
  if (typeof element === "string") return [["AWS", element]];
  return Object.entries(element).flatMap(([kind, names]) => listOf(names).map((who): [string, string] => [kind, who]));
}

const keysOf = ({ Condition = {} }: Statement) =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    // A condition that a missing key fulfils narrows nothing.
    /IfExists$|^ForAllValues:|^Null$|Not/.test(operator) ? [] : Object.keys(keys).map((key) => key.toLowerCase()),
  );

const hasKey = (statement: Statement, end: string) => keysOf(statement).some((key) => key.endsWith(end));

/** Conditions that say who calls, whatever the principal says. */
const callerKeys =
  /^aws:(principal(account|arn|orgid|orgpaths)|source(account|arn|orgid|vpc|vpce))$|^kms:calleraccount$/;
const narrowsCaller = (statement: Statement) => keysOf(statement).some((key) => callerKeys.test(key));

/** Conditions by which a service says for whom it acts, and services that send none of them where they are named here. */
const sourceKeys = /^aws:source(account|arn|orgid|orgpaths)$|^kms:encryptioncontext:|^sts:externalid$/;
const withoutSource: readonly [service: RegExp, action: RegExp][] = [
  // Lambda and EventBridge send no condition keys there (Lambda guide, "Execution role"; EventBridge guide, "Amazon SNS
  // permissions").
  [/^lambda\.amazonaws\.com$/, /^sts:assumerole$/],
  [/^events\.amazonaws\.com$/, /^(sns:publish|kms:(generatedatakey|decrypt)\*?)$/],
];

function namesSource(statement: Statement, service: string): boolean {
  if (keysOf(statement).some((key) => sourceKeys.test(key))) return true;
  return listOf(statement.Action).every((action) =>
    withoutSource.some(([who, what]) => who.test(service) && what.test(action.toLowerCase())),
  );
}
