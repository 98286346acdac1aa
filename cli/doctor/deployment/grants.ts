import { listParameters, parts, prefixes } from "../../../contract/layout";
import { bucketOf } from "../../stack/names";
import type { Place } from "../arn";
import { type Need, on, type Step } from "./need";
import { fillArn, fillText, needsOf, needsOfCall, type Plan, valueAt } from "./planned-resource";

/** Actions on one resource, as a policy allows them. */
export interface Grant {
  readonly service: string;
  /** With their prefix. */
  readonly actions: readonly string[];
  /** An ARN, or `*` for actions without resource types. */
  readonly resource: string;
  readonly condition?: Readonly<Record<string, string | readonly string[]>>;
}

/** The steps of `pulumi up`, `refresh` and `destroy`, of which a preview has the first. */
export const deploySteps: readonly Step[] = ["plan", "create", "read", "update", "delete"];
export const previewSteps: readonly Step[] = ["plan"];

/** The needs of `recommender rollback`, which a deploy role may run after an `up`. */
const rollbackNeeds = ({ account }: Place, stack: string): readonly Need[] => [
  on("ssm", `{place}:parameter${listParameters(stack).prefix}`, { read: "GetParametersByPath" }),
  on("states", `{place}:stateMachine:{retraining}`, { read: "ListExecutions", create: "StartExecution" }),
  on("s3", `::${bucketOf(stack, parts.data, account)}`, { read: "ListBucket" }),
  on("s3", `::${bucketOf(stack, parts.data, account)}/${prefixes.decisions}*`, { read: "GetObject" }),
  on("states", `{place}:execution:{retraining}:*`, { read: "DescribeExecution" }),
];

/** Lists what the credentials need to deploy what the program registers, by resource; each combination once. */
export function listGrants(place: Place, stack: string, plan: Plan, steps: readonly Step[] = deploySteps): Grant[] {
  const machine = plan.resources.find(({ type }) => type === "aws:sfn/stateMachine:StateMachine");
  const needs = [
    ...plan.resources.flatMap(({ type, inputs }) => needsOf(type).map((need) => ({ need, inputs }))),
    ...plan.calls.flatMap((token) => needsOfCall(token).map((need) => ({ need, inputs: {} }))),
    ...rollbackNeeds(place, stack).map((need) => ({ need, inputs: { retraining: machine?.inputs.name } })),
  ];
  const grants = new Map<string, Grant>();
  for (const { need, inputs } of needs) {
    if (need.when !== undefined && !valueAt(inputs, need.when)) continue;
    const grant = toGrant(place, need, inputs, steps);
    const key = JSON.stringify([grant.service, grant.resource, grant.condition]);
    const actions = [...new Set([...(grants.get(key)?.actions ?? []), ...grant.actions])].sort();
    if (actions.length > 0) grants.set(key, { ...grant, actions });
  }
  return [...grants.values()];
}

function toGrant(place: Place, need: Need, inputs: Readonly<Record<string, unknown>>, steps: readonly Step[]): Grant {
  const names = steps.flatMap((step) => need.actions[step]?.split(" ") ?? []);
  const given = { ...need.condition, ...(need.passedTo && { "iam:PassedToService": need.passedTo }) };
  const conditions = Object.entries(given).map(([key, value]) => [
    key,
    typeof value === "string" ? fillText(place, value, inputs) : value,
  ]);
  return {
    service: need.service,
    actions: names.map((name) => `${need.service}:${name}`),
    resource: fillArn(place, need, inputs),
    ...(conditions.length > 0 && { condition: Object.fromEntries(conditions) }),
  };
}
