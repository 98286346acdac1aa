import { setTimeout as pause } from "node:timers/promises";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { findModel, findStack } from "./find-stack";

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
  const found = await findStack(stack);
  findModel(found, model);
  const sfn = new SFNClient(found.client);
  const input = JSON.stringify({ rollback: { model, ...(to === undefined ? {} : { to }) } });
  const { executionArn = "" } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: found.retrainingArn, input }),
  );
  if (!json) console.log(`Rolling back ${model} of stack ${stack}. The campaign continues to serve (${executionArn}).`);
  const output = await waitForEnd(sfn, executionArn);
  console.log(json ? output : describeOutcome(model, output));
}

/** Says what the rollback did, from the execution's output. */
function describeOutcome(model: string, output: string): string {
  const parsed = rollbackOutput.safeParse(JSON.parse(output));
  const outcome = parsed.data?.find((each) => each.model === model);
  if (outcome) return `${model} serves ${outcome.candidate} again: ${outcome.reason}.`;
  throw new Error(`The rollback changed nothing: ${output}`);
}

const rollbackOutput = z.array(z.object({ model: z.string(), reason: z.string(), candidate: z.string() }));

/** Waits for an execution and returns its output; throws when it does not succeed. */
async function waitForEnd(sfn: SFNClient, executionArn: string): Promise<string> {
  for (let delay = 500; ; delay = Math.min(delay * 1.5, 15_000)) {
    const { status, output = "", error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return output;
    if (status !== "RUNNING") throw new Error(`The rollback ${status}: ${error ?? ""} ${cause ?? ""}`.trim());
    await pause(delay);
  }
}
