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
  return status === "CREATE FAILED" ? judgeFailedGroup(group.name, failureReason) : undefined;
}

export function judgeFailedGroup(name: string, reason: string): Finding {
  const detail = `the dataset group ${name} is CREATE FAILED: ${reason}`;
  if (!/kms/i.test(reason)) return reportFailed(detail, "Correct what the reason names, and run `pulumi up`.");
  // The guide's example of a key policy has no condition, and does not say which condition keys the service sends.
  return reportFailed(
    detail,
    "Look first at the condition on aws:SourceAccount in the statement `Personalize` of the key's policy " +
      "(components/platform/foundation.ts): AWS does not document that Personalize sends this key to KMS. Remove the " +
      "condition, and run `pulumi up`. If the reason stays the same, grant the permission that it names.",
  );
}
