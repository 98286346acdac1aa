import type { Statement } from "./documents";

type Inputs = Readonly<Record<string, unknown>>;

const text = (value: unknown) => (value === undefined || value === null ? undefined : String(value));

/** A condition for each value that is set. */
function when(conditions: readonly [operator: string, key: string, value: unknown][]): Statement["Condition"] {
  const set = conditions.filter(([, , value]) => value !== undefined && value !== null);
  return Object.fromEntries(set.map(([operator, key, value]) => [operator, { [key]: value }]));
}

function grant(inputs: Inputs, Condition?: Statement["Condition"], action = inputs.action): Statement {
  const who = text(inputs.principal) ?? text(inputs.principalArn) ?? "*";
  const kind = /^[a-z0-9.-]+\.amazonaws\.com$/.test(who) ? "Service" : "AWS";
  return {
    Effect: "Allow",
    Principal: { [kind]: who },
    Action: text(action) ?? [],
    ...(Condition ? { Condition } : {}),
  };
}

/** Resources that add a statement to another resource's policy, and how that statement reads. */
const grants: Readonly<Record<string, (inputs: Inputs) => Statement>> = {
  // Each condition has its own operator, so that none replaces another; AddPermission makes the same.
  "aws:lambda/permission:Permission": (inputs) =>
    grant(
      inputs,
      when([
        ["ArnLike", "aws:SourceArn", inputs.sourceArn],
        ["StringEquals", "aws:SourceAccount", inputs.sourceAccount],
        ["StringLike", "aws:PrincipalOrgID", inputs.principalOrgId],
        ["StringEqualsIgnoreCase", "lambda:EventSourceToken", inputs.eventSourceToken],
      ]),
    ),
  "aws:lambda/layerVersionPermission:LayerVersionPermission": (inputs) =>
    grant(inputs, when([["StringEquals", "aws:PrincipalOrgID", inputs.organizationId]])),
  "aws:cloudwatch/eventPermission:EventPermission": (inputs) => {
    const { type = "", key = "", value } = (inputs.condition ?? {}) as Readonly<Record<string, string>>;
    return grant(inputs, when([[type, key, value]]));
  },
  "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": (inputs) => grant(inputs),
};

/** Reads the statement that a resource adds to another one's policy. */
export const readGrant = (type: string, inputs: Inputs): Statement | undefined =>
  Object.hasOwn(grants, type) ? grants[type]?.(inputs) : undefined;
