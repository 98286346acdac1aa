import { type Aws, createAws } from "../../../cli/stack/aws";
import { stackConfig } from "../../../cli/stack/stack-file";
import { deployProgram } from "../../../demo/deploy";
import { type Account, startAccount } from "../../../local/account";
import type { Deployment } from "../../../local/pulumi/deploy";

/** An account with the deployed program, whose clock runs as the machine's, and a client of it. */
export interface BenchAccount {
  readonly account: Account;
  readonly deployment: Deployment;
  readonly aws: Aws;
}

export async function deployOnAccount(): Promise<BenchAccount> {
  const account = await startAccount({ speed: 600 });
  const region = "eu-west-1";
  const stack = "dev";
  const place = { origin: account.origin, account: "000000000000", region, stack };
  const deployment = await deployProgram({ ...place, config: stackConfig(stack) });
  account.clock.setSpeed(1);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.origin,
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  return { account, deployment, aws: createAws(region) };
}
