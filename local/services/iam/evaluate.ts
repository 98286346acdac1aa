import { glob } from "../../endpoint/glob";
import type { PolicyDocument, PolicyStatement, Principal } from "../../endpoint/principal";
import { conditionsHold } from "./conditions";
import type { RequestContext } from "./context";
import { fitsResource } from "./patterns";

/** Everything that a decision depends on; nothing else does. */
export interface DecisionRequest {
  readonly principal: Principal;
  /** `s3:GetObject`. */
  readonly action: string;
  /** An ARN, or `*` for actions without resource-level permissions. */
  readonly resource: string;
  readonly context: RequestContext;
  readonly identityPolicies: readonly PolicyDocument[];
  readonly resourcePolicy?: PolicyDocument | undefined;
  readonly boundary?: PolicyDocument | undefined;
  readonly sessionPolicy?: PolicyDocument | undefined;
}

export interface Decision {
  readonly allowed: boolean;
  /** Why not, as AWS ends its message: `because no identity-based policy allows the s3:GetObject action`. */
  readonly reason: string;
}

/** What one policy, or several of one kind, say about a request. */
interface Verdict {
  readonly denies: boolean;
  /** Allows this principal by name. */
  readonly allows: boolean;
  /** Allows the principal's account: the account's own policies may then allow. */
  readonly delegates: boolean;
}

const allowed: Decision = { allowed: true, reason: "" };

/**
 * Decides a request as IAM does within one account (user guide, "Policy evaluation logic"): an explicit deny anywhere
 * wins; then identity or resource policy must allow (both, across accounts), and boundary and session policy must agree.
 */
export function decide(request: DecisionRequest): Decision {
  const { principal } = request;
  const resource = verdictOf(request, request.resourcePolicy ? [request.resourcePolicy] : [], true);
  if (resource.denies) return explicitly("a resource-based policy");
  if (principal.kind === "service") return resource.allows ? allowed : implicitly(request, "resource-based policy");

  const mayDelegate = resource.allows || resource.delegates;
  const bound = isBound(request);
  const resourceMust = bound || isForeign(request);
  if (principal.kind === "root") {
    return !resourceMust || mayDelegate ? allowed : implicitly(request, "resource-based policy");
  }

  const identity = verdictOf(request, request.identityPolicies, false);
  if (identity.denies) return explicitly("an identity-based policy");
  const limits = [
    ["permissions boundary", request.boundary],
    ["session policy", request.sessionPolicy],
  ] as const;
  for (const [kind, policy] of limits) {
    if (policy && verdictOf(request, [policy], false).denies) return explicitly(`a ${kind}`);
  }
  if (isForeign(request)) {
    if (!identity.allows) return implicitly(request, "identity-based policy");
    if (!mayDelegate) return implicitly(request, "resource-based policy");
  } else if (!resource.allows) {
    if (bound && !resource.delegates) return implicitly(request, "resource-based policy");
    if (!identity.allows) return implicitly(request, "identity-based policy");
  }
  for (const [kind, policy] of limits) {
    if (policy && !verdictOf(request, [policy], false).allows) return implicitly(request, kind);
  }
  return allowed;
}

/**
 * Whether the resource's policy must allow or delegate, whatever the identity's policies say: so with a key, where not
 * even the account's owner gets past it (KMS guide, "Key policies"), and with a role's trust policy.
 */
function isBound({ action, resourcePolicy }: DecisionRequest): boolean {
  return resourcePolicy !== undefined && (action.startsWith("kms:") || action === "sts:AssumeRole");
}

/** Whether the resource belongs to another account than the principal. */
function isForeign({ principal, resource }: DecisionRequest): boolean {
  const owner = resource.split(":")[4] ?? "";
  return /^\d{12}$/.test(owner) && owner !== principal.account;
}

const explicitly = (where: string): Decision => ({ allowed: false, reason: `with an explicit deny in ${where}` });
const implicitly = ({ action }: DecisionRequest, kind: string): Decision => ({
  allowed: false,
  reason: `because no ${kind} allows the ${action} action`,
});

function verdictOf(request: DecisionRequest, policies: readonly PolicyDocument[], hasPrincipals: boolean): Verdict {
  let denies = false;
  let allows = false;
  let delegates = false;
  for (const { Version, Statement } of policies) {
    for (const statement of asList(Statement)) {
      const match = hasPrincipals ? matchPrincipals(statement, request.principal) : "principal";
      if (!match || !applies(statement, request, Version, hasPrincipals)) continue;
      if (statement.Effect === "Deny") denies = true;
      else if (match === "principal") allows = true;
      else delegates = true;
    }
  }
  return { denies, allows, delegates };
}

function applies(
  statement: PolicyStatement,
  request: DecisionRequest,
  version: string | undefined,
  isResourcePolicy: boolean,
): boolean {
  return (
    matchesAction(statement, request.action) &&
    // Trust policies name no resource: the role that carries one is meant.
    ((isResourcePolicy && statement.Resource === undefined && statement.NotResource === undefined) ||
      matchesResource(statement, request, version)) &&
    conditionsHold(statement.Condition, request.context, version)
  );
}

function matchesAction({ Action, NotAction }: PolicyStatement, action: string): boolean {
  const lower = action.toLowerCase();
  const fits = (patterns: string | string[]) => asList(patterns).some((pattern) => glob(pattern.toLowerCase())(lower));
  return Action === undefined ? !fits(NotAction ?? []) : fits(Action);
}

function matchesResource(
  { Resource, NotResource }: PolicyStatement,
  { resource, context }: DecisionRequest,
  version: string | undefined,
): boolean {
  const fits = (patterns: string | string[]) =>
    asList(patterns).some((pattern) => fitsResource(pattern, resource, context, version));
  return Resource === undefined ? !fits(NotResource ?? []) : fits(Resource);
}

type PrincipalMatch = "principal" | "account" | undefined;

function matchPrincipals({ Principal, NotPrincipal }: PolicyStatement, principal: Principal): PrincipalMatch {
  if (NotPrincipal !== undefined) return matchPrincipal(NotPrincipal, principal) ? undefined : "principal";
  return Principal === undefined ? undefined : matchPrincipal(Principal, principal);
}

function matchPrincipal(element: NonNullable<PolicyStatement["Principal"]>, principal: Principal): PrincipalMatch {
  if (element === "*") return "principal";
  let byAccount: PrincipalMatch;
  for (const [kind, names] of Object.entries(element)) {
    for (const name of asList(names)) {
      const match = kind === "AWS" ? matchAws(name, principal) : matchService(kind, name, principal);
      if (match === "principal") return match;
      byAccount ??= match;
    }
  }
  return byAccount;
}

function matchService(kind: string, name: string, principal: Principal): PrincipalMatch {
  return kind === "Service" && principal.kind === "service" && principal.service === name ? "principal" : undefined;
}

function matchAws(name: string, principal: Principal): PrincipalMatch {
  if (name === "*") return "principal";
  if (principal.kind === "service") return undefined;
  if (name === principal.account || name === `arn:aws:iam::${principal.account}:root`) return "account";
  if (name === principal.arn) return "principal";
  return principal.kind === "session" && name === principal.roleArn ? "principal" : undefined;
}

const asList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
