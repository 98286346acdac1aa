import { setConfig } from "../../../names/config-command";
import { programName } from "../../../names/layout";
import { ignoreNotFound } from "../../stack/aws";
import { checkPlan, reportFailed, reportPassed } from "../check";
import { listPlanned } from "../deployment/plan";

/**
 * Lambda keeps these for functions without a reservation (Lambda guide, "Configuring reserved
 * concurrency").
 */
const leastUnreserved = 100;

export const checkConcurrency = checkPlan(async ({ aws }, plan, { stack }) => {
  const { AccountLimit } = await aws.call("lambda", "GetAccountSettings", {});
  const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {};
  let missing = 0;
  for (const { inputs } of listPlanned(plan, "aws:lambda/function:Function")) {
    if (inputs.reservedConcurrentExecutions === undefined) continue;
    const found = await ignoreNotFound(
      aws.call("lambda", "GetFunctionConcurrency", { FunctionName: String(inputs.name) }),
      "ResourceNotFoundException",
    );
    missing += Number(inputs.reservedConcurrentExecutions) - (found?.ReservedConcurrentExecutions ?? 0);
  }
  const detail = `${ConcurrentExecutions} in the account, ${UnreservedConcurrentExecutions} not reserved; the stack reserves ${Math.max(0, missing)} more`;
  const reserveNothing = setConfig({ key: `${programName}:servingConcurrency`, stack }, "none");
  if (missing <= 0 || UnreservedConcurrentExecutions - missing >= leastUnreserved) return reportPassed(detail);
  return reportFailed(
    `${detail}, and Lambda leaves ${leastUnreserved} to the rest of the account`,
    `Request a higher quota "Concurrent executions" of Lambda in Service Quotas, or run \`${reserveNothing}\`.`,
  );
});
