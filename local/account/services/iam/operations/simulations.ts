import type { EvaluationResult, SimulatePrincipalPolicyRequest } from "@aws-sdk/client-iam";
import { scopeOfArn } from "../../../aws/arn";
import { notImplemented } from "../../../aws/fault";
import { InvalidToken, readToken, writeToken } from "../../../host/page";
import type { PolicyDocument } from "../../../host/principal";
import type { Caller, Handlers } from "../../../host/service";
import type { Store } from "../../../host/store";
import { simulatedContext } from "../../../languages/policy/context";
import { parsePolicy } from "../../../languages/policy/documents";
import { type DecisionRequest, decide, matchingStatements } from "../../../languages/policy/evaluate";
import type { Clients } from "../../../model/clients";
import { invalidInput, malformedPolicy, noSuchEntity } from "../faults";
import { findManaged } from "../state/aws-managed";
import { defaultDocument, type IamState, type Role } from "../state/state";

const unsupported = [
  "CallerArn",
  "PermissionsBoundaryPolicyInputList",
  "PolicyExclusionList",
  "ResourceHandlingOption",
  "ResourceOwner",
  "ResourcePolicy",
] as const;

/** Answers whether the policies of a role would allow actions, without performing them. */
export function simulationHandlers(states: Store<IamState>) {
  return {
    SimulatePrincipalPolicy(input, call) {
      const refused = unsupported.find((member) => input[member] !== undefined);
      if (refused) throw notImplemented(`iam:SimulatePrincipalPolicy with ${refused}`);
      const role = requireRole(states, call, input.PolicySourceArn ?? "");
      const managed = (arn: string): PolicyDocument[] => {
        const policy = findManaged(states.of(call), arn);
        return policy ? [defaultDocument(policy)] : [];
      };
      const [boundary] = role.boundaryArn === undefined ? [] : managed(role.boundaryArn);
      return simulatePage(input, {
        principal: { kind: "session", account: scopeOfArn(role.arn).account, arn: role.arn, roleArn: role.arn },
        boundary,
        resourcePolicy: undefined,
        identityPolicies: [
          ...Array.from(role.inline.values(), ({ document }) => document),
          ...[...role.attached].flatMap(managed),
          ...(input.PolicyInputList ?? []).map((text) => parsePolicy(text, "identity", malformedPolicy)),
        ],
      });
    },
  } satisfies Handlers<Clients["iam"]>;
}

type Simulation = Omit<DecisionRequest, "action" | "resource" | "context">;

/** The results of a page, of all actions with all resources. */
function simulatePage(input: SimulatePrincipalPolicyRequest, simulation: Simulation) {
  const { ActionNames = [], ResourceArns = ["*"], ContextEntries = [] } = input;
  const context = new Map(
    ContextEntries.map(({ ContextKeyName = "", ContextKeyValues = [] }) => [ContextKeyName, ContextKeyValues]),
  );
  const pairs = ActionNames.flatMap((action) => ResourceArns.map((resource) => ({ action, resource })));
  const first = input.Marker === undefined ? 0 : readMarker(input.Marker);
  const end = first + (input.MaxItems ?? 100);
  return {
    EvaluationResults: pairs.slice(first, end).map((pair) => simulate({ ...simulation, ...pair }, context)),
    IsTruncated: end < pairs.length,
    Marker: end < pairs.length ? writeToken(String(end)) : undefined,
  };
}

/** Decides one action on one resource with the evaluator that decides real calls. */
function simulate(
  asked: Omit<DecisionRequest, "context">,
  context: ReadonlyMap<string, readonly string[]>,
): EvaluationResult {
  const missing = new Set<string>();
  const request = { ...asked, context: simulatedContext(context, missing) };
  const policies = [...request.identityPolicies, ...(request.boundary ? [request.boundary] : [])];
  const isDenied = () =>
    policies.some((policy) => matchingStatements(request, policy, false).some(({ Effect }) => Effect === "Deny"));
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource,
    EvalDecision: decide(request).allowed ? "allowed" : isDenied() ? "explicitDeny" : "implicitDeny",
    MissingContextValues: [...missing],
    // The account belongs to no organization.
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
  };
}

/** The number of the page's first result. */
function readMarker(marker: string): number {
  const number = readToken(marker);
  if (!/^\d{1,9}$/.test(number)) throw new InvalidToken();
  return Number(number);
}

/** API reference: a user, group or role; the account has roles only. */
function requireRole(states: Store<IamState>, call: Caller, arn: string): Role {
  const [, account, kind, name = ""] = /^arn:aws:iam::(\d{12}):(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (kind === undefined) {
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  }
  const role = kind === "role" && account === call.account ? states.of(call).roles.get(name.toLowerCase()) : undefined;
  if (role?.arn !== arn) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
  return role;
}
