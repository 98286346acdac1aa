import { checkAccount, reportFailed, reportPassed } from "../check";
import { explainError, isDenied } from "../explain-error";

export const personalize = checkAccount("Amazon Personalize", async ({ personalize: aws, region }) => {
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
  return reportPassed(`answers in ${region}`);
});
