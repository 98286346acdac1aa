import { z } from "zod";
import { listAll } from "./aws";
import type { StackReader } from "./stack";

/** Lists the newest runs, at most 1,000, with the status of Step Functions. */
export async function listRuns({ call, retrainingArn }: StackReader, most: number) {
  const request = { stateMachineArn: retrainingArn, maxResults: most };
  const { executions = [] } = await call("sfn", "ListExecutions", request);
  return executions.map(({ executionArn = "", status = "", startDate = new Date(0), stopDate }) => ({
    arn: executionArn,
    status,
    startedAt: startDate,
    /** Absent while it runs. */
    endedAt: stopDate,
  }));
}

/** Finds the rollback of a model that has not ended. */
export async function findRollback(stack: StackReader, model: string): Promise<string | undefined> {
  const { call, retrainingArn } = stack;
  const request = { stateMachineArn: retrainingArn, statusFilter: "RUNNING" as const };
  const running = await listAll({ call }, "sfn", "ListExecutions", request, "executions");
  for (const { executionArn = "" } of running) {
    if ((await readRun(stack, executionArn)).rollback === model) return executionArn;
  }
  return undefined;
}

const runInput = z.object({ rollback: z.object({ model: z.string() }).optional() });
const skippedOutput = z.object({ outcome: z.literal("skipped"), reason: z.string() });

/**
 * Only the input tells what an execution is for, and only the output that it was skipped
 * (`components/retraining`).
 */
export async function readRun({ call }: StackReader, executionArn: string) {
  const run = await call("sfn", "DescribeExecution", { executionArn });
  const { status = "", startDate = new Date(0), input = "{}", output = "null" } = run;
  const skipped = skippedOutput.safeParse(JSON.parse(output)).data;
  return {
    arn: executionArn,
    /** That of Step Functions; `skipped` for a success that trained nothing. */
    status: skipped?.outcome ?? status,
    reason: skipped?.reason,
    /** The model that it rolls back; undefined for a retraining. */
    rollback: runInput.safeParse(JSON.parse(input)).data?.rollback?.model,
    startedAt: startDate,
  };
}
