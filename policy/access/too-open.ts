import { isWideArn } from "./arns";
import { describeSid, findNegations, hasWildcard, listPrincipals, type Statement, toList } from "./documents";
import { isRestricted, isRestrictedIfExists } from "./restrictions";

/** Keys that say who calls, for any caller. */
const callerKeys =
  /^(aws:(Principal(Account|Arn|OrgID|OrgPaths)|Source(Account|Arn|Owner|OrgID|OrgPaths))|kms:CallerAccount)$/i;

/** Keys that say for whom a service acts. */
const sourceKeys = /^(aws:Source(Account|Arn|Owner|OrgID|OrgPaths)|kms:EncryptionContext:.+|sts:ExternalId)$/i;

/** Keys that say which callers of an account may assume a role. */
const roleKeys = /^(aws:Principal(Arn|Tag\/.+)|sts:(ExternalId|SourceIdentity))$/i;

/** Services and actions that send no source. */
const withoutSource: readonly [service: RegExp, action: RegExp][] = [
  // Lambda guide, "Execution role"; EventBridge guide, "Amazon SNS permissions".
  [/^lambda\.amazonaws\.com$/, /^sts:AssumeRole$/i],
  [/^events\.amazonaws\.com$/, /^(sns:Publish|kms:(GenerateDataKey|Decrypt)\*?)$/i],
];

/**
 * A service that is not documented to send a source to these services, and is documented to have
 * one: the condition applies where it sends it (Personalize guide, "Cross-service confused deputy
 * prevention", "Giving Amazon Personalize permission to use your AWS KMS key").
 */
const mayOmitSource = { service: /^personalize\.amazonaws\.com$/, action: /^(kms|s3):/i };

/**
 * Describes to whom a statement of a bucket, topic, key, role or another resource is open. The
 * resource is known there; the question is which callers the statement allows, as the values of its
 * principals and conditions say.
 */
export function findTooOpen(statement: Statement): string[] {
  if (statement.Effect === "Deny") return [];
  const open = listPrincipals(statement).flatMap(([kind, who]) => describeOpening(statement, kind, who) ?? []);
  return [...findNegations(statement), ...open.map((what) => `a statement${describeSid(statement)} ${what}`)];
}

function describeOpening(statement: Statement, kind: string, who: string): string | undefined {
  if (kind === "Federated") return `allows identities of ${who}; no part of the stack needs them`;
  if (hasWildcard(who) && !isRestricted(statement, callerKeys)) return `allows every caller (principal ${who})`;
  if (kind === "Service") {
    if (isRestricted(statement, sourceKeys) || sendsNoSource(statement, who)) return undefined;
    if (limitsNamedSource(statement, who)) return undefined;
    return `lets ${who} act for any account (no condition on the source)`;
  }
  const isWhole = hasWildcard(who) || /^(arn:[^:]+:iam::\d{12}:root|\d{12})$/.test(who);
  if (!isWhole || !assumesRole(statement) || isRestricted(statement, roleKeys, (value) => !isWideArn(value))) {
    return undefined;
  }
  return `lets every caller of ${hasWildcard(who) ? "the known accounts" : `the account ${who}`} assume the role`;
}

function sendsNoSource({ Action }: Statement, service: string): boolean {
  const actions = toList(Action);
  const isListed = (action: string) => withoutSource.some(([who, what]) => who.test(service) && what.test(action));
  return actions.length > 0 && actions.every(isListed);
}

/**
 * Returns true when a service that may leave its source out acts for this account where it names
 * one.
 */
function limitsNamedSource(statement: Statement, service: string): boolean {
  const actions = toList(statement.Action);
  return (
    mayOmitSource.service.test(service) &&
    actions.length > 0 &&
    actions.every((action) => mayOmitSource.action.test(action)) &&
    isRestrictedIfExists(statement, [/^aws:SourceAccount$/i, /^aws:SourceArn$/i])
  );
}

/**
 * IAM compares actions as patterns: `sts:Assume*` allows to assume a role. Trust policies name
 * actions of STS only.
 */
const assumesRole = ({ Action }: Statement) =>
  toList(Action).some((action) => /^sts:/i.test(action) && matches(action, "sts:AssumeRole"));

function matches(pattern: string, text: string): boolean {
  const parts = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${parts}$`, "i").test(text);
}
