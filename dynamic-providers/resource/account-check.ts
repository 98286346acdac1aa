import { isUnknown } from "../checks/unknown";
import type { Session } from "../service/session";
import type { CommonInputs, Failure } from "./kind";

/**
 * Throws when a call would go to the wrong place: to another account than the aws provider's, to
 * another account or Region than the resource's. A read there would find nothing, and a refresh
 * would delete existing resources from the state.
 */
export async function requireAccount(
  { label, locate }: Session,
  awsAccount: string | undefined,
  arn: string | undefined,
): Promise<void> {
  if (!locate || !awsAccount) return;
  const { account, region } = await locate();
  const refuse = (reason: string) => {
    throw new Error(`${label}: ${reason} Nothing was changed.`);
  };
  const [, , , arnRegion, arnAccount] = arn?.split(":") ?? [];
  if (arn && (arnAccount !== account || arnRegion !== region)) {
    refuse(
      `${arn} is in account ${arnAccount}, ${arnRegion}, but the credentials and the Region are those of account ` +
        `${account}, ${region}. Use credentials of account ${arnAccount} and set aws:region to ${arnRegion}.`,
    );
  }
  if (awsAccount !== account) {
    refuse(
      `its credentials belong to account ${account}, those of the aws provider to account ${awsAccount}. Give both the ` +
        "same credentials, in the environment or in the stack's configuration (aws:profile, aws:assumeRoles, " +
        "aws:accessKey); the arguments of an aws.Provider reach only that provider.",
    );
  }
}

/**
 * Checks, without a call and so in a preview as well, that the stack was not deployed to another
 * account.
 */
export function checkSameAccount(olds: Partial<CommonInputs>, news: CommonInputs): Failure[] {
  const before = olds.account;
  const now = news.account;
  if (!before || !now || isUnknown(before) || isUnknown(now) || before === now) return [];
  const reason =
    `The stack is in account ${before}, but the credentials belong to account ${now}. Use credentials of account ` +
    `${before}. To move the stack, destroy it there first.`;
  return [{ property: "account", reason }];
}
