import { isUnknown } from "../checks/unknown";
import type { Access } from "../service/access";
import type { Session } from "../service/session";
import type { CommonInputs } from "./kind";

/**
 * Refuses to call the service where the stack is not: in another account than the aws provider's, in another account or
 * Region than the resource's, or in one that the configuration forbids. A read there would find nothing, and a refresh
 * would forget what exists.
 */
export async function proveAccount(
  { who, place }: Session,
  { allowed = [], forbidden = [] }: Access,
  awsAccount: string | undefined,
  arn: string | undefined,
): Promise<void> {
  // The state of earlier versions names no account.
  if (!place || !(awsAccount || allowed.length > 0 || forbidden.length > 0)) return;
  const { account, region } = await place();
  const refuse = (reason: string) => {
    throw new Error(`${who}: ${reason} Nothing was changed.`);
  };
  if ((allowed.length > 0 && !allowed.includes(account)) || forbidden.includes(account)) {
    const key = forbidden.includes(account)
      ? "aws:forbiddenAccountIds lists it"
      : "aws:allowedAccountIds does not list it";
    refuse(`the credentials are of account ${account}, and ${key}. Use credentials of another account.`);
  }
  const [, , , arnRegion, arnAccount] = arn?.split(":") ?? [];
  if (arn && (arnAccount !== account || arnRegion !== region)) {
    refuse(
      `${arn} is in account ${arnAccount}, ${arnRegion}, and the credentials and Region are of account ${account}, ` +
        `${region}. Use credentials of account ${arnAccount} and set aws:region to ${arnRegion}.`,
    );
  }
  if (awsAccount && awsAccount !== account) {
    refuse(
      `its credentials are of account ${account}, and those of the aws provider of account ${awsAccount}. Give both the ` +
        "same, by the environment or by the stack's configuration (aws:profile, aws:assumeRoles, aws:accessKey); the " +
        "arguments of an aws.Provider reach only that provider.",
    );
  }
}

/** What a preview can say without a call: the stack was deployed to another account. */
export function proveSameAccount(olds: Partial<CommonInputs>, news: CommonInputs) {
  const [before, now] = [olds.account, news.account];
  if (!before || !now || isUnknown(before) || isUnknown(now) || before === now) return [];
  const reason =
    `The stack is in account ${before}, and the credentials are of account ${now}. Use credentials of account ` +
    `${before}; to move the stack, destroy it there first.`;
  return [{ property: "account", reason }];
}
