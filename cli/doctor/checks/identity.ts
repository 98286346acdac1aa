import { type Check, reportFailed, reportPassed } from "../check";

/**
 * Finds the account that is deployed to. Both providers of the program use the same keys of the configuration; the aws provider's
 * settings and those of the dynamic providers can still lead to two accounts, by an endpoint of STS in `aws:endpoints`.
 */
export const identity: Check = {
  name: "identity",
  async run({ account, stack }) {
    if (account.value === undefined) {
      return reportFailed(
        account.problem,
        `Set credentials and a Region for the stack "${stack}" (docs/operations.md).`,
      );
    }
    const { Account = "", Arn = "" } = await account.value.aws.call("sts", "GetCallerIdentity", {});
    if (Account !== account.value.account) {
      return reportFailed(
        `the aws provider would use account ${Account}, the providers of Personalize ${account.value.account}`,
        "Remove aws:endpoints, or set the same endpoints for `sts` and the other services.",
      );
    }
    return reportPassed(`${Arn} in ${account.value.region}`);
  },
};
