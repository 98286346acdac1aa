import type { Statement } from "./documents";

type Inputs = Readonly<Record<string, unknown>>;

/** Reads the statement that a resource adds to a function's policy; undefined for other resources. */
export function readGrant(type: string, inputs: Inputs): Statement | undefined {
  if (type !== "aws:lambda/permission:Permission") return undefined;
  const who = String(inputs.principal ?? "*");
  const kind = /^[a-z0-9.-]+\.amazonaws\.com$/.test(who) ? "Service" : "AWS";
  // Each condition has its own operator, so that none replaces another; AddPermission makes the same.
  const conditions: [operator: string, key: string, value: unknown][] = [
    ["ArnLike", "aws:SourceArn", inputs.sourceArn],
    ["StringEquals", "aws:SourceAccount", inputs.sourceAccount],
    ["StringLike", "aws:PrincipalOrgID", inputs.principalOrgId],
  ];
  const set = conditions.filter(([, , value]) => value !== undefined && value !== null);
  return {
    Effect: "Allow",
    Principal: { [kind]: who },
    Action: String(inputs.action ?? ""),
    Condition: Object.fromEntries(set.map(([operator, key, value]) => [operator, { [key]: value }])),
  };
}
