/** An IAM statement as far as the rules read it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
}

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
  /^personalize:PutEvents$/,
  /^personalize:List[A-Za-z]+$/,
  /^cloudwatch:(PutMetricData|GetMetricStatistics|GetMetricData|ListMetrics)$/,
  /^logs:(CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
  /^ec2:(CreateNetworkInterface|DescribeNetworkInterfaces|DeleteNetworkInterface|AssignPrivateIpAddresses|UnassignPrivateIpAddresses|DescribeSubnets)$/,
  /^kinesis:ListStreams$/,
  /^xray:Put[A-Za-z]+$/,
];

/** What is too wide in a statement, in words; nothing for a Deny, which cannot be too wide. */
export function tooWide(statement: Statement): string[] {
  if (statement.Effect !== "Allow") return [];
  const name = statement.Sid ? ` (${statement.Sid})` : "";
  const found: string[] = [];
  if (statement.NotAction) found.push(`a statement${name} allows everything but some actions (NotAction)`);
  if (statement.NotResource) found.push(`a statement${name} allows everything but some resources (NotResource)`);
  for (const action of listOf(statement.Action)) {
    if (action.includes("*")) found.push(`a statement${name} allows the wildcard action ${action}`);
    else if (listOf(statement.Resource).includes("*") && !withoutResource.some((pattern) => pattern.test(action))) {
      found.push(`a statement${name} allows ${action} on every resource`);
    }
  }
  return found;
}
