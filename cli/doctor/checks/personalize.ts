import { type AccountUnderTest, checkAccount, type Finding, reportFailed, reportPassed } from "../check";
import { explainError, isDenied } from "../explain-error";
import { findDatasetGroup } from "../personalize-names";

export const personalize = checkAccount("Amazon Personalize", async (account, { stack }) => {
  const { personalize: aws, region } = account;
  try {
    await aws.call("personalize", "ListDatasetGroups", { maxResults: 1 });
  } catch (error) {
    const { name, message } = error as Error;
    if (isDenied(error))
      return reportFailed(message, "Allow personalize:ListDatasetGroups, and the actions in the check of permissions.");
    if (name !== "TimeoutError" && (error as NodeJS.ErrnoException).code !== "ENOTFOUND") return explainError(error);
    return reportFailed(
      `does not answer in ${region}: ${message}`,
      "Choose a Region that has Amazon Personalize (`pulumi config set aws:region …`), or check the network.",
    );
  }
  return (await findFailure(account, stack)) ?? reportPassed(`answers in ${region}`);
});

async function findFailure(account: AccountUnderTest, stack: string): Promise<Finding | undefined> {
  const group = await findDatasetGroup(account, stack);
  if (group === undefined) return undefined;
  const request = { datasetGroupArn: group.arn };
  const described = await account.personalize.call("personalize", "DescribeDatasetGroup", request);
  const { status, failureReason = "no reason given" } = described.datasetGroup ?? {};
  if (status !== "CREATE FAILED") return undefined;
  return reportFailed(
    `the dataset group ${group.name} is CREATE FAILED: ${failureReason}`,
    "Correct what the reason names (a key: docs/operations.md), and run `pulumi up`.",
  );
}
