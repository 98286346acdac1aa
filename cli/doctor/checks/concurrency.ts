import { physicalName } from "../../../components/support/names";
import { ignoreNotFound } from "../../../local/pulumi/provider/aws";
import { checkStack, reportFailed, reportPassed } from "../check";

/** Lambda keeps these for functions without a reservation (Lambda guide, "Configuring reserved concurrency"). */
const leastUnreserved = 100;

export const concurrency = checkStack("concurrency of Lambda", async ({ aws }, config, stack) => {
  const { AccountLimit } = await aws.call("lambda", "GetAccountSettings", {});
  const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {};
  const wanted = config.servingConcurrency;
  if (typeof wanted !== "number")
    return reportPassed(`${ConcurrentExecutions} in the account; the stack reserves none`);
  let missing = 0;
  for (const part of ["recommend-pets", ...(config.rerankingEnabled ? ["rerank-pets"] : [])]) {
    const FunctionName = physicalName("recommender", stack, part);
    const found = await ignoreNotFound(
      aws.call("lambda", "GetFunctionConcurrency", { FunctionName }),
      "ResourceNotFoundException",
    );
    missing += wanted - (found?.ReservedConcurrentExecutions ?? 0);
  }
  const detail = `${ConcurrentExecutions} in the account, ${UnreservedConcurrentExecutions} not reserved; the stack reserves ${Math.max(0, missing)} more`;
  if (missing <= 0 || UnreservedConcurrentExecutions - missing >= leastUnreserved) return reportPassed(detail);
  return reportFailed(
    `${detail}, and Lambda leaves ${leastUnreserved} to the rest of the account`,
    `Request a higher quota "Concurrent executions" of Lambda in Service Quotas, or run \`pulumi config set recommender:servingConcurrency none --stack ${stack}\`.`,
  );
});
