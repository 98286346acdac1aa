import type { EvaluationResult, PolicyEvaluationDecisionType, PolicySourceType, Statement } from "@aws-sdk/client-iam";
import type { Principal } from "../../host/principal";
import { simulatedContext } from "../../languages/policy/context";
import { type DecisionRequest, decide, matchingStatements } from "../../languages/policy/evaluate";
import type { StoredPolicy } from "./state/state";

/** A policy with the id by which results name it. */
export interface SimulatedPolicy extends StoredPolicy {
  readonly id: string;
}

/** The principal and the policies of a simulation. */
export interface Simulation {
  readonly principal: Principal;
  readonly identityPolicies: readonly SimulatedPolicy[];
  readonly boundary?: SimulatedPolicy | undefined;
  readonly resourcePolicy?: SimulatedPolicy | undefined;
  readonly context: ReadonlyMap<string, readonly string[]>;
}

/** Decides one action on one resource with the evaluator that decides real calls, and reports it as IAM does. */
export function simulate(simulation: Simulation, action: string, resource: string): EvaluationResult {
  const { principal, identityPolicies, boundary, resourcePolicy } = simulation;
  const missing = new Set<string>();
  const request: DecisionRequest = {
    principal,
    action,
    resource,
    context: simulatedContext(simulation.context, missing),
    identityPolicies: identityPolicies.map(({ document }) => document),
    boundary: boundary?.document,
    resourcePolicy: resourcePolicy?.document,
  };
  const { allowed } = decide(request);
  const matched = [
    ...identityPolicies.flatMap((policy) => matchesOf(request, policy, false)),
    ...(resourcePolicy ? matchesOf(request, resourcePolicy, true) : []),
  ];
  const limiting = boundary ? matchesOf(request, boundary, false) : [];
  const denying = [...matched, ...limiting].filter(({ effect }) => effect === "Deny");
  const decision: PolicyEvaluationDecisionType = allowed
    ? "allowed"
    : denying.length > 0
      ? "explicitDeny"
      : "implicitDeny";
  // API reference, EvaluationResult: with an explicit deny only the denying statements are in the result.
  const statements = (denying.length > 0 ? denying : matched).map(({ statement }) => statement);
  const MissingContextValues = [...missing];
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision,
    MatchedStatements: statements,
    MissingContextValues,
    // The account belongs to no organization.
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    ...(boundary && {
      PermissionsBoundaryDecisionDetail: {
        AllowedByPermissionsBoundary: limiting.length > 0 && limiting.every(({ effect }) => effect === "Allow"),
      },
    }),
    EvalDecisionDetails: {},
    ...(resource !== "*" && {
      ResourceSpecificResults: [
        {
          EvalResourceName: resource,
          EvalResourceDecision: decision,
          MatchedStatements: statements,
          MissingContextValues,
        },
      ],
    }),
  };
}

/** Recorded on AWS (test_simulate_principle_policy), though the model lists other values. */
const sourceType = "IAM Policy" as unknown as PolicySourceType;

function matchesOf(request: DecisionRequest, policy: SimulatedPolicy, isResourcePolicy: boolean) {
  const statement: Statement = { SourcePolicyId: policy.id, SourcePolicyType: sourceType };
  return matchingStatements(request, policy.document, isResourcePolicy).map(({ Effect }) => ({
    effect: Effect,
    statement,
  }));
}
