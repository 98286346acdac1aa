import { STSClient } from "@aws-sdk/client-sts";
import { checkAccount, type Finding, reportPassed, reportSkipped, reportWarning } from "../check";
import { findDatasetGroup } from "../personalize-names";

const hour = 3_600_000;
/** A first deployment takes one to two hours (docs/operations.md, "Before the first deployment"). */
const firstDeployment = 3 * hour;

export const credentialsLife = checkAccount("life of the credentials", async (account, { stack }) => {
  const { sessionToken, expiration } = await new STSClient(account.client).config.credentials();
  const isDeployed = (await findDatasetGroup(account, stack)) !== undefined;
  return judgeLife({ isTemporary: sessionToken !== undefined, expiration, isDeployed }, Date.now());
});

interface Life {
  readonly isTemporary: boolean;
  readonly expiration: Date | undefined;
  readonly isDeployed: boolean;
}

export function judgeLife({ isTemporary, expiration, isDeployed }: Life, now: number): Finding {
  if (!isTemporary) return reportPassed("the credentials do not expire");
  if (expiration === undefined) return reportSkipped("the credentials are temporary, and their expiry is unknown");
  const left = expiration.getTime() - now;
  const detail = `the session ends in ${(left / hour).toFixed(1)} h`;
  if (isDeployed ? left > 0 : left >= firstDeployment) return reportPassed(detail);
  return reportWarning(
    `${detail}; a first \`pulumi up\` takes one to two hours`,
    "Request a session of at least three hours, or run `pulumi up` again after it ends: it continues.",
  );
}
