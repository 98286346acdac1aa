import { checkAccount, reportPassed } from "../check";

export const personalize = checkAccount("Amazon Personalize", async ({ personalize: aws, region }) => {
  await aws.call("personalize", "ListDatasetGroups", { maxResults: 1 });
  return reportPassed(`answers in ${region}`);
});
