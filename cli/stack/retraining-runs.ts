import { z } from "zod";
import { readPages } from "./aws";
import type { StackReader } from "./read-stacks";

/** An execution of the retraining. */
export interface RetrainingRun {
  readonly arn: string;
  /** That of Step Functions; `skipped` for a success that trained nothing. */
  readonly status: string;
  /** The reason why it was skipped. */
  readonly reason: string | undefined;
  /** The model that it rolls back; undefined for a retraining. */
  readonly rollback: string | undefined;
  readonly startedAt: Date;
}

/** Lists the newest runs, at most 1,000, with the status of Step Functions. */
export async function listRuns({ call, retrainingArn }: StackReader, most: number) {
  const request = { stateMachineArn: retrainingArn, maxResults: most };
  const { executions = [] } = await call("sfn", "ListExecutions", request);
  return executions.map(({ executionArn = "", status = "" }) => ({ arn: executionArn, status }));
}

/** Finds the rollback of a model that has not ended. */
export async function findRollback(stack: StackReader, model: string): Promise<string | undefined> {
  const { call, retrainingArn } = stack;
  const request = { stateMachineArn: retrainingArn, statusFilter: "RUNNING" as const };
  const pages = await readPages(
    (nextToken) => call("sfn", "ListExecutions", { ...request, nextToken }),
    ({ nextToken }) => nextToken,
  );
  for (const { executionArn = "" } of pages.flatMap(({ executions = [] }) => executions)) {
    if ((await readRun(stack, executionArn)).rollback === model) return executionArn;
  }
  return undefined;
}

const runInput = z.object({ rollback: z.object({ model: z.string() }).optional() });
const skippedOutput = z.object({ outcome: z.literal("skipped"), reason: z.string() });

/** Only the input tells what an execution is for, and only the output that it was skipped (`components/retraining`). */
export async function readRun({ call }: StackReader, executionArn: string): Promise<RetrainingRun> {
  const {
    status = "",
    startDate = new Date(0),
    input = "{}",
    output = "null",
  } = await call("sfn", "DescribeExecution", { executionArn });
  const skipped = skippedOutput.safeParse(JSON.parse(output)).data;
  return {
    arn: executionArn,
    status: skipped?.outcome ?? status,
    reason: skipped?.reason,
    rollback: runInput.safeParse(JSON.parse(input)).data?.rollback?.model,
    startedAt: startDate,
  };
}
