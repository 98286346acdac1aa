import { type Account, startAccount } from "../account/account";
import { machineTime } from "../account/endpoint/clock";
import { tellTrainings } from "../account/training-progress";
import { type Deployment, deploy } from "../pulumi/deploy";
import { createAws } from "../pulumi/provider/aws";
import { stackConfig } from "../pulumi/stack-config";
import { showProgress } from "./deployment-progress";
import type { Outputs } from "./journey";
import { walk } from "./tour";

const stack = "dev";
const accountId = "000000000000";
/** Virtual time while the deployment and the tour wait for AWS: a training of five minutes takes half a second. */
const hurriedSpeed = 600;
/**
 * So much earlier than now the account's clock begins, so that it does not pass real time before it serves: 72 real
 * seconds of hurry.
 */
const headStart = 12 * 3_600_000;

export interface StartOptions {
  /** 0: any free one. */
  readonly port: number;
  /** End after the tour instead of serving until Ctrl-C. */
  readonly exit: boolean;
  /** Values of the program's own configuration keys, e.g. `{ interactionsFile: "…" }`. */
  readonly overrides: Readonly<Record<string, string>>;
}

/**
 * Starts a local AWS account on one port, deploys the program to it, and shows what it does. Keeps serving until Ctrl-C,
 * unless `exit` is set. Returns the exit code: 0 only if every step passed.
 */
export async function start(options: StartOptions): Promise<number> {
  try {
    return await run(options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    const { port } = options;
    throw new Error(`Port ${port} is in use. Choose another: npm start -- --port ${port + 1}`);
  }
}

async function run({ port, exit, overrides }: StartOptions): Promise<number> {
  const say = (line: string) => console.log(line);
  const config = stackConfig(stack, overrides);
  const region = config["aws:region"] ?? "us-east-1";
  const account = await startAccount({ port, speed: hurriedSpeed, start: machineTime() - headStart });
  say(`A local AWS account listens on ${account.origin}. Deploying the stack "${stack}" to it …`);
  tellTrainings(account.host, say);
  const deployment = await deployHere(account, region, config);

  pointSdkAt(account, region);
  const journey = {
    account,
    aws: createAws(region),
    deployment,
    outputs: deployment.outputs as Outputs,
    session: `session-${Date.now().toString(36)}`,
    say,
  };
  const failed = await walk(journey);
  if (failed.length > 0) say(`\nThese steps did not hold:\n  ${failed.join("\n  ")}`);
  if (exit) {
    await account.close();
    return failed.length > 0 ? 1 : 0;
  }
  account.clock.setSpeed(1);
  const ahead = await account.clock.catchUp();
  if (ahead > 60_000)
    say(`\nThe account's clock is ${Math.round(ahead / 60_000)} minutes ahead of yours and stays so.`);
  say(
    `\nServing on ${account.origin}, now in real time. Try it with the AWS CLI (any credentials), and stop it with Ctrl-C:`,
  );
  say(`  AWS_ENDPOINT_URL=${account.origin} aws lambda list-functions --region ${region}`);
  await new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop);
  });
  await account.close();
  return 0;
}

async function deployHere(account: Account, region: string, config: Record<string, string>): Promise<Deployment> {
  const progress = showProgress((text) => process.stdout.write(text), process.stdout.isTTY === true);
  try {
    return await deploy({
      origin: account.origin,
      account: accountId,
      region,
      stack,
      config,
      onProgress: progress.tell,
    });
  } catch (error) {
    await account.close();
    throw error;
  } finally {
    progress.end();
  }
}

/** From here on, this process is a user of the account like any other. */
function pointSdkAt(account: Account, region: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.origin,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accountId,
    AWS_SECRET_ACCESS_KEY: "local",
  });
}
