import { type Check, failed, passed } from "../check";

/**
 * Who deploys. Both providers of the program use the same keys of the configuration; the aws provider's settings and those
 * of the dynamic providers can still lead to two accounts, by an endpoint of STS in `aws:endpoints`.
 */
export const identity: Check = {
  name: "identity",
  async run({ account, stack }) {
    if (account.value === undefined) {
      return failed(account.problem, `Set credentials and a Region for the stack "${stack}" (docs/operations.md).`);
    }
    const { Account = "", Arn = "" } = await account.value.aws.call("sts", "GetCallerIdentity", {});
    if (Account !== account.value.account) {
      return failed(
        `the aws provider would use account ${Account}, the providers of Personalize ${account.value.account}`,
        "Remove aws:endpoints, or set the same endpoints for `sts` and the other services.",
      );
    }
    return passed(`${Arn} in ${account.value.region}`);
  },
};
