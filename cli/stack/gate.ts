import { z } from "zod";
import type { Gate } from "../../functions/retraining/promotion-gate";
import type { StackReader } from "./stack";

/** A model in the definition; elsewhere a gate is an expression. */
const ofModel = z.object({ campaignArn: z.string(), gate: z.custom<Gate>((gate) => typeof gate === "object") });

/** Reads the gate's bounds by campaign, as the state machine's definition has them. */
export async function readGates({ call, retrainingArn }: StackReader): Promise<ReadonlyMap<string, Gate>> {
  const { definition = "{}" } = await call("sfn", "DescribeStateMachine", { stateMachineArn: retrainingArn });
  const gates = new Map<string, Gate>();
  JSON.parse(definition, (_key, value: unknown) => {
    const { data } = ofModel.safeParse(value);
    if (data) gates.set(data.campaignArn, data.gate);
    return value;
  });
  return gates;
}
