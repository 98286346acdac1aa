import { setTimeout as pause } from "node:timers/promises";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { physicalName } from "../../components/support/names";
import { openStack } from "./open-stack";

export interface RollbackOptions {
  readonly stack: string;
  readonly model: string;
  /** A solution version's ARN. @default the version before the last promotion */
  readonly to?: string;
  /** Prints only the decision, as JSON. */
  readonly json?: boolean;
}

/** Starts the retraining state machine's rollback, waits for its end and prints the decision. */
export async function rollBack({ stack, model, to, json = false }: RollbackOptions): Promise<void> {
  const { account, region, client } = await openStack(stack);
  const sfn = new SFNClient(client);
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${physicalName("recommender", stack, "retraining")}`;
  const input = JSON.stringify({ rollback: { model, ...(to === undefined ? {} : { to }) } });
  const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
  if (!json) console.log(`Rolling back ${model} of stack ${stack}. The campaign continues to serve (${executionArn}).`);
  console.log(await waitForEnd(sfn, executionArn));
}

/** Waits for an execution and returns its output; throws when it does not succeed. */
async function waitForEnd(sfn: SFNClient, executionArn: string): Promise<string> {
  for (let delay = 500; ; delay = Math.min(delay * 1.5, 15_000)) {
    const { status, output = "", error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return output;
    if (status !== "RUNNING") throw new Error(`The rollback ${status}: ${error ?? ""} ${cause ?? ""}`.trim());
    await pause(delay);
  }
}
