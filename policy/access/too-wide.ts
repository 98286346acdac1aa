import { describeSid, findNegations, hasWildcard, type Statement, toList } from "./documents";
import { isRestricted } from "./restrictions";

/**
 * Actions without resource-level permissions, which need `*` (Service Authorization Reference). PutEvents needs `*` when a
 * Lambda is the caller (Personalize guide).
 */
const withoutResource: readonly RegExp[] = [
  /^personalize:PutEvents$/i,
  /^personalize:List[A-Za-z]+$/i,
  /^cloudwatch:(PutMetricData|GetMetricStatistics|GetMetricData|ListMetrics)$/i,
  /^logs:(CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/i,
  /^ec2:(CreateNetworkInterface|DescribeNetworkInterfaces|DeleteNetworkInterface|AssignPrivateIpAddresses|UnassignPrivateIpAddresses|DescribeSubnets|DescribeAvailabilityZones|DescribeRouteTables|DescribeSecurityGroups|DescribeVpcEndpointServices)$/i,
  /^kinesis:ListStreams$/i,
  /^states:ValidateStateMachineDefinition$/i,
  /^xray:Put[A-Za-z]+$/i,
];

/** Describes what is too wide in a statement of a role's policy. A Deny is never too wide. */
export function findTooWide(statement: Statement): string[] {
  if (statement.Effect === "Deny") return [];
  const name = describeSid(statement);
  const found = findNegations(statement);
  const wide = toList(statement.Resource).find((resource) => matchesEverything(resource));
  for (const action of toList(statement.Action)) {
    if (hasWildcard(action)) {
      found.push(`a statement${name} allows the wildcard action ${action}`);
      continue;
    }
    if (wide !== undefined && !withoutResource.some((pattern) => pattern.test(action))) {
      found.push(`a statement${name} allows ${action} on ${isEverything(wide) ? "every resource" : wide}`);
    }
    if (/^iam:PassRole$/i.test(action) && !isRestricted(statement, /^iam:PassedToService$/i)) {
      found.push(`a statement${name} allows iam:PassRole to any service (no condition iam:PassedToService)`);
    }
  }
  return found;
}

const isEverything = (text: string) => /^[*?:]*$/.test(text);

/**
 * Returns true when an ARN matches every resource of a type: `*`, `arn:aws:s3:::*`, `arn:aws:iam::123456789012:role/*`. The first
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
