import { leastUnreserved, measureConcurrency, reserveNone } from "../../../stacks/reserved-concurrency";
import { checkPlan, reportFailed, reportPassed } from "../check";
import { listPlanned } from "../deployment/plan";

export const checkConcurrency = checkPlan(async ({ aws }, plan, { stack }) => {
  const planned = listPlanned(plan, "aws:lambda/function:Function").flatMap(({ inputs }) =>
    inputs.reservedConcurrentExecutions === undefined
      ? []
      : [[String(inputs.name), Number(inputs.reservedConcurrentExecutions)] as const],
  );
  const reads = {
    getAccountSettings: (input: object) => aws.call("lambda", "GetAccountSettings", input),
    getFunctionConcurrency: (input: { FunctionName: string }) => aws.call("lambda", "GetFunctionConcurrency", input),
  };
  const { allowed, unreserved, missing, fits } = await measureConcurrency(reads, new Map(planned));
  const detail = `${allowed} in the account, ${unreserved} not reserved; the stack reserves ${Math.max(0, missing)} more`;
  if (fits) return reportPassed(detail);
  return reportFailed(
    `${detail}, and Lambda leaves ${Math.min(leastUnreserved, allowed)} to the rest of the account`,
    `Request a higher quota "Concurrent executions" of Lambda in Service Quotas, or run \`${reserveNone(stack)}\`.`,
  );
});
