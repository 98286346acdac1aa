import type { Gate } from "../../functions/retraining/promotion-gate";
import { parseJson } from "./json";
import type { DeployedModel, StackReader } from "./stack";

/** Reads the gate's bounds of each model, as they are in the state machine's definition. */
export async function readGates({ call, retrainingArn }: StackReader) {
  const { definition = "" } = await call("sfn", "DescribeStateMachine", { stateMachineArn: retrainingArn });
  const parsed = parseJson(definition);
  return ({ campaignArn }: DeployedModel): Gate | undefined => findGate(parsed, campaignArn);
}

function findGate(definition: unknown, campaignArn: string): Gate | undefined {
  if (typeof definition !== "object" || definition === null) return undefined;
  const { campaignArn: own, gate } = definition as Record<string, unknown>;
  if (own === campaignArn && isGate(gate)) return gate;
  for (const value of Object.values(definition)) {
    const found = findGate(value, campaignArn);
    if (found) return found;
  }
  return undefined;
}

const isGate = (value: unknown): value is Gate => {
  const { promotionMetric, promotionThreshold } = (value ?? {}) as Partial<Gate>;
  return typeof promotionMetric === "string" && typeof promotionThreshold === "number";
};
