import type { ContextEntry, EvaluationResult } from "@aws-sdk/client-iam";
import { globalArn, parseArn, scopeOfArn } from "../../../aws/arn";
import { notImplemented } from "../../../aws/fault";
import { InvalidToken, readToken, writeToken } from "../../../host/page";
import { type Principal, rootOf } from "../../../host/principal";
import type { Call, Caller, Handlers } from "../../../host/service";
import type { Store } from "../../../host/store";
import { parsePolicy } from "../../../languages/policy/documents";
import type { PolicyKind } from "../../../languages/policy/element";
import type { Clients } from "../../../model/clients";
import { invalidInput, malformedPolicy, noSuchEntity } from "../faults";
import { type SimulatedPolicy, type Simulation, simulate } from "../simulate";
import { findManaged } from "../state/aws-managed";
import { defaultVersion, type IamState, type Role } from "../state/state";

interface SimulationInput {
  readonly ActionNames?: string[] | undefined;
  readonly ResourceArns?: string[] | undefined;
  readonly PolicyInputList?: string[] | undefined;
  readonly PermissionsBoundaryPolicyInputList?: string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ResourceHandlingOption?: string | undefined;
  readonly CallerArn?: string | undefined;
  readonly ContextEntries?: ContextEntry[] | undefined;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

/** Answers whether policies would allow actions, without performing them. */
export function simulationHandlers(states: Store<IamState>) {
  return {
    SimulatePrincipalPolicy(input, call) {
      const role = requireRole(states, call, input.PolicySourceArn ?? "");
      const managed = (arn: string): SimulatedPolicy[] => {
        const policy = findManaged(states.of(call), arn);
        return policy ? [{ ...defaultVersion(policy), id: policy.name }] : [];
      };
      const inline = Array.from(role.inline, ([name, policy]) => ({ ...policy, id: `role_${role.name}_${name}` }));
      const [boundary] = role.boundaryArn === undefined ? [] : managed(role.boundaryArn);
      return simulateAll(input, call, {
        principal: sessionOf(role),
        identityPolicies: [...inline, ...[...role.attached].flatMap(managed)],
        boundary,
      });
    },

    SimulateCustomPolicy: (input, call) =>
      simulateAll(input, call, { principal: unnamedPrincipal(call), identityPolicies: [], boundary: undefined }),
  } satisfies Handlers<Clients["iam"]>;
}

/** Every action on every resource. */
function simulateAll(
  input: SimulationInput,
  call: Call,
  of: Pick<Simulation, "principal" | "identityPolicies" | "boundary">,
): ReturnType<typeof simulatePage> {
  if (input.ResourceHandlingOption !== undefined) throw notImplemented("iam: a simulation with ResourceHandlingOption");
  const [boundary = of.boundary] = readPolicies(input.PermissionsBoundaryPolicyInputList, "identity", "Boundary");
  const [resourcePolicy] = readPolicies(input.ResourcePolicy && [input.ResourcePolicy], "resource", "ResourcePolicy");
  const simulation: Simulation = {
    principal: input.CallerArn === undefined ? of.principal : principalOf(call, input.CallerArn),
    identityPolicies: [...of.identityPolicies, ...readPolicies(input.PolicyInputList, "identity", "PolicyInputList")],
    boundary,
    resourcePolicy,
    context: new Map(
      (input.ContextEntries ?? []).map(({ ContextKeyName = "", ContextKeyValues = [] }) => [
        ContextKeyName,
        ContextKeyValues,
      ]),
    ),
  };
  return simulatePage(simulation, input);
}

/** The results of a page, of all actions with all resources. */
function simulatePage(simulation: Simulation, { ActionNames = [], ResourceArns = [], ...input }: SimulationInput) {
  const resources = ResourceArns.length > 0 ? ResourceArns : ["*"];
  const first = input.Marker === undefined ? 0 : readMarker(input.Marker);
  const end = Math.min(first + (input.MaxItems ?? 100), ActionNames.length * resources.length);
  const EvaluationResults: EvaluationResult[] = [];
  for (let i = first; i < end; i++) {
    const action = ActionNames[Math.floor(i / resources.length)] ?? "";
    EvaluationResults.push(simulate(simulation, action, resources[i % resources.length] ?? "*"));
  }
  const isTruncated = end < ActionNames.length * resources.length;
  return { EvaluationResults, IsTruncated: isTruncated, Marker: isTruncated ? writeToken(String(end)) : undefined };
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
  if (kind === undefined)
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  const role = kind === "role" && account === call.account ? states.of(call).roles.get(name.toLowerCase()) : undefined;
  if (role?.arn !== arn) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
  return role;
}

const sessionOf = ({ arn: roleArn }: Role): Principal => ({
  kind: "session",
  account: scopeOfArn(roleArn).account,
  arn: roleArn,
  roleArn,
});

/** The principal of custom policies: a role of the account that no policy names. */
const unnamedPrincipal = ({ account }: Caller): Principal => {
  const arn = globalArn("iam", account, "role/simulated");
  return { kind: "session", account, arn, roleArn: arn };
};

function principalOf({ account }: Caller, arn: string): Principal {
  if (arn.endsWith(":root")) return rootOf(parseArn(arn)?.account ?? account);
  return { kind: "session", account: parseArn(arn)?.account ?? account, arn, roleArn: arn };
}

function readPolicies(texts: readonly string[] | "" | undefined, kind: PolicyKind, name: string): SimulatedPolicy[] {
  return (texts || []).map((text, i) => ({
    text,
    document: parsePolicy(text, kind, malformedPolicy),
    id: `${name}.${i + 1}`,
  }));
}
