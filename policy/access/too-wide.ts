import { isWideArn } from "./arns";
import { describeSid, findNegations, hasWildcard, type Statement, toList } from "./documents";
import { isRestricted } from "./restrictions";

/**
 * Actions without resource-level permissions, which need `*` (Service Authorization Reference), of
 * the services that a stack uses. PutEvents needs `*` when a Lambda is the caller (Personalize
 * guide).
 */
const withoutResource: readonly RegExp[] = [
  /^personalize:(Put(Events|ActionInteractions)|List(?!Tags)[A-Z]\w+)$/i,
  /^cloudwatch:(PutMetricData|GetMetric(Statistics|Data)|List(Metrics|Dashboards|MetricStreams)|DescribeAlarmsForMetric)$/i,
  /^logs:((Create|Get|Update|Delete|List)LogDeliver(y|ies)|(Put|Delete)ResourcePolicy|ListLogGroups|StopQuery|Describe(ResourcePolicies|LogGroups|Queries|QueryDefinitions|ExportTasks|Deliveries|Destinations))$/i,
];

/** Describes what is too wide in a statement of a role's policy. A Deny is never too wide. */
export function findTooWide(statement: Statement): string[] {
  if (statement.Effect === "Deny") return [];
  const name = describeSid(statement);
  const found = findNegations(statement);
  const wide = toList(statement.Resource).find(isWideArn);
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
