import { rootArn } from "../../aws/arn";
import { glob } from "../../aws/glob";
import type { PolicyDocument, PolicyStatement, Principal } from "../../host/principal";
import { matchesConditions } from "./conditions";
import type { RequestContext } from "./context";
import { compileResource } from "./patterns";

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
  /**
   * The reason of a refusal, as AWS ends its message: `because no identity-based policy allows the
   * s3:GetObject action`.
   */
  readonly reason: string;
  /**
   * The statement that decided; absent when none did: nothing allows the request, or its principal
   * is the owner.
   */
  readonly by?: { readonly policy: string; readonly statement: PolicyStatement };
}

/** The statements of a policy that apply to a request. */
export function matchingStatements(
  request: DecisionRequest,
  policy: PolicyDocument,
  isResourcePolicy: boolean,
): PolicyStatement[] {
  return asList(policy.Statement).filter((statement) => {
    const matches = !isResourcePolicy || matchPrincipals(statement, request) !== undefined;
    return matches && applies(statement, request, policy.Version, isResourcePolicy);
  });
}

/** The decision of one policy, or of several of one kind, about a request. */
interface Verdict {
  readonly denies: PolicyStatement | undefined;
  /** Allows this principal by the name of its role. */
  readonly allows: PolicyStatement | undefined;
  /** Allows the session itself, or everyone: no limit of the role takes it away. */
  readonly allowsSession: PolicyStatement | undefined;
  /** Allows the principal's account: the account's own policies may then allow. */
  readonly delegates: PolicyStatement | undefined;
}

const allow = (policy: string, statement: PolicyStatement | undefined): Decision =>
  statement ? { allowed: true, reason: "", by: { policy, statement } } : { allowed: true, reason: "" };

/**
 * Decides a request as IAM does within one account (user guide, "Policy evaluation logic"): an
 * explicit deny anywhere wins; then identity or resource policy must allow (both, across accounts),
 * and boundary and session policy must agree.
 */
export function decide(request: DecisionRequest): Decision {
  const { principal } = request;
  const resource = verdictOf(request, request.resourcePolicy ? [request.resourcePolicy] : [], true);
  if (resource.denies) return denyExplicitly("resource-based policy", resource.denies);
  if (principal.kind === "service" || principal.kind === "anonymous") {
    if (!resource.allowsSession) return denyImplicitly(request, "resource-based policy");
    return allow("resource-based policy", resource.allowsSession);
  }

  const named = resource.allows ?? resource.allowsSession;
  const bound = isBound(request);
  const foreign = isForeign(request);
  if (principal.kind === "root") {
    const mustName = bound || foreign;
    const naming = named ?? resource.delegates;
    if (mustName && !naming) return denyImplicitly(request, "resource-based policy");
    return allow("resource-based policy", mustName ? naming : undefined);
  }

  const identity = verdictOf(request, request.identityPolicies, false);
  if (identity.denies) return denyExplicitly("identity-based policy", identity.denies);
  const limits = [
    ["permissions boundary", request.boundary],
    ["session policy", request.sessionPolicy],
  ] as const;
  for (const [kind, policy] of limits) {
    const denying = policy && verdictOf(request, [policy], false).denies;
    if (denying) return denyExplicitly(kind, denying);
  }
  // Within an account, "permissions granted directly to a session are not limited by an implicit
  // deny in an identity-based policy, a permissions boundary, or session policy" (user guide,
  // "Policy evaluation for requests within a single account").
  if (resource.allowsSession && !foreign) return allow("resource-based policy", resource.allowsSession);
  if ((bound || foreign) && !named && !resource.delegates) return denyImplicitly(request, "resource-based policy");
  if ((foreign || !named) && !identity.allows) return denyImplicitly(request, "identity-based policy");
  for (const [kind, policy] of limits) {
    if (policy && !verdictOf(request, [policy], false).allows) return denyImplicitly(request, kind);
  }
  return identity.allows ? allow("identity-based policy", identity.allows) : allow("resource-based policy", named);
}

/**
 * Returns whether the resource's policy must allow or delegate, whatever the identity's policies
 * say: so with a key, where not even the account's owner gets past it (KMS guide, "Key policies"),
 * and with a role's trust policy.
 */
function isBound({ action, resourcePolicy }: DecisionRequest): boolean {
  return resourcePolicy !== undefined && (action.startsWith("kms:") || action === "sts:AssumeRole");
}

/** Returns whether the resource belongs to another account than the principal. */
function isForeign({ principal, resource }: DecisionRequest): boolean {
  const owner = resource.split(":")[4] ?? "";
  return /^\d{12}$/.test(owner) && owner !== principal.account;
}

const denyExplicitly = (policy: string, statement: PolicyStatement): Decision => ({
  allowed: false,
  reason: `with an explicit deny in ${policy === "identity-based policy" ? "an" : "a"} ${policy}`,
  by: { policy, statement },
});
const denyImplicitly = ({ action }: DecisionRequest, kind: string): Decision => ({
  allowed: false,
  reason: `because no ${kind} allows the ${action} action`,
});

function verdictOf(request: DecisionRequest, policies: readonly PolicyDocument[], hasPrincipals: boolean): Verdict {
  let denies: PolicyStatement | undefined;
  const allowing = new Map<PrincipalMatch, PolicyStatement>();
  for (const { Version, Statement } of policies) {
    for (const statement of asList(Statement)) {
      const match = hasPrincipals ? matchPrincipals(statement, request) : "role";
      if (!match || !applies(statement, request, Version, hasPrincipals)) continue;
      if (statement.Effect === "Deny") denies ??= statement;
      else if (!allowing.has(match)) allowing.set(match, statement);
    }
  }
  return {
    denies,
    allows: allowing.get("role"),
    allowsSession: allowing.get("session"),
    delegates: allowing.get("account"),
  };
}

function applies(
  statement: PolicyStatement,
  request: DecisionRequest,
  version: string | undefined,
  isResourcePolicy: boolean,
): boolean {
  const { fitsAction, fitsResource } = compiledOf(statement, version);
  return (
    fitsAction(request.action) &&
    // Trust policies name no resource: the role that carries one is meant.
    ((isResourcePolicy && statement.Resource === undefined && statement.NotResource === undefined) ||
      fitsResource(request)) &&
    matchesConditions(statement.Condition, request.context, version)
  );
}

interface CompiledStatement {
  fitsAction(action: string): boolean;
  fitsResource(request: Pick<DecisionRequest, "resource" | "context">): boolean;
}

const compiled = new WeakMap<PolicyStatement, CompiledStatement>();

/**
 * The patterns of a statement are compiled at its first use: every call is compared with all
 * statements of its caller.
 */
function compiledOf(statement: PolicyStatement, version: string | undefined): CompiledStatement {
  const known = compiled.get(statement) ?? {
    fitsAction: compileActions(statement),
    fitsResource: compileResources(statement, version),
  };
  compiled.set(statement, known);
  return known;
}

function compileActions({ Action, NotAction }: PolicyStatement): CompiledStatement["fitsAction"] {
  const globs = asList(Action ?? NotAction ?? []).map((pattern) => glob(pattern.toLowerCase()));
  return (action) => {
    const lower = action.toLowerCase();
    return globs.some((fits) => fits(lower)) === (Action !== undefined);
  };
}

function compileResources(
  { Resource, NotResource }: PolicyStatement,
  version: string | undefined,
): CompiledStatement["fitsResource"] {
  const tests = asList(Resource ?? NotResource ?? []).map((pattern) => compileResource(pattern, version));
  // Guide, "Variables and tags": "If AWS cannot resolve a variable this might cause the entire
  // statement to be invalid".
  return ({ resource, context }) =>
    Resource === undefined
      ? tests.every((fits) => fits(resource, context) === false)
      : tests.some((fits) => fits(resource, context) === true);
}

/**
 * The level at which a policy names a principal: itself (a session, the owner, a service,
 * everyone), its role or its account.
 */
type PrincipalMatch = "session" | "role" | "account";

function matchPrincipals(
  { Effect, Principal, NotPrincipal }: PolicyStatement,
  request: DecisionRequest,
): PrincipalMatch | undefined {
  if (NotPrincipal === undefined) return Principal && matchPrincipal(Principal, request.principal);
  return Effect === "Deny" && !isExempt(NotPrincipal, request) ? "session" : undefined;
}

/**
 * Returns whether `NotPrincipal` exempts a principal: only one that it names, so that a listed
 * account means its root user and not its roles; and none with a permissions boundary, which it
 * "will always deny" (user guide, "NotPrincipal").
 */
function isExempt(element: PrincipalElement, { principal, boundary }: DecisionRequest): boolean {
  if (boundary) return false;
  const match = matchPrincipal(element, principal);
  return match === "account" ? principal.kind === "root" : match !== undefined;
}

type PrincipalElement = NonNullable<PolicyStatement["Principal"]>;

function matchPrincipal(element: PrincipalElement, principal: Principal): PrincipalMatch | undefined {
  if (element === "*") return "session";
  const matches = Object.entries(element).flatMap(([kind, names]) =>
    asList(names).map((name) => (kind === "AWS" ? matchAws(name, principal) : matchService(kind, name, principal))),
  );
  return (["session", "role", "account"] as const).find((match) => matches.includes(match));
}

function matchService(kind: string, name: string, principal: Principal): PrincipalMatch | undefined {
  if (kind !== "Service" || principal.kind !== "service") return undefined;
  return [principal.service, principal.regionalName].includes(name) ? "session" : undefined;
}

function matchAws(name: string, principal: Principal): PrincipalMatch | undefined {
  if (name === "*") return "session";
  if (principal.kind === "service" || principal.kind === "anonymous") return undefined;
  if (name === principal.account || name === rootArn(principal.account)) return "account";
  if (name === principal.arn) return "session";
  return principal.kind === "session" && name === principal.roleArn ? "role" : undefined;
}

const asList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
