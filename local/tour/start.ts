import { join } from "node:path";
import { type Account, startAccount } from "../account/account";
import { reportActivity } from "../account/activity";
import { clientEnvironment, environmentLines, environmentTitle } from "../account/client-environment";
import { machineTime } from "../account/endpoint/clock";
import { waitForStop } from "../account/stop-signal";
import { reportTrainings } from "../account/training-progress";
import { preparePage } from "../console/server/page-files";
import { type Deployment, type DeployOptions, deploy } from "../pulumi/deploy";
import { createAws } from "../pulumi/provider/aws";
import { stackConfig } from "../pulumi/stack-file";
import { showProgress } from "./deployment-progress";
import { redeploy } from "./redeploy";
import { runTour } from "./tour";
import { createTourJourney } from "./tour-journey";
import { watchProgram } from "./watch-program";

const root = join(__dirname, "../..");
/** The program's folders that are watched. */
const folders = ["functions", "components", "stacks", "dynamic-providers"];
const stack = "dev";
const accountId = "000000000000";
/** Virtual time per real time during the deployment and the tour: a training of five minutes takes half a second. */
const deploymentSpeed = 600;
/**
 * The account's clock starts 12 hours in the past, so that it does not pass real time before the tour has ended: at 600
 * times real time they last 72 seconds.
 */
const headStart = 12 * 3_600_000;

export interface StartOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Ends after the tour instead of serving until Ctrl-C. */
  readonly exit: boolean;
  /** Prints no line for each request after the tour. */
  readonly quiet: boolean;
  /** Deploys saved changes of the program again, after the tour. */
  readonly watch: boolean;
  /** Values for the program's configuration keys, e.g. `{ interactionsFile: "…" }`. */
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

async function run({ port, exit, quiet, watch, overrides }: StartOptions): Promise<number> {
  const config = stackConfig(stack, overrides);
  const region = config["aws:region"] ?? "us-east-1";
  const account = await startAccount({ port, speed: deploymentSpeed, start: machineTime() - headStart });
  print(`A local AWS account listens on ${account.origin}.`);
  print(`Deploying the stack "${stack}" to it:`);
  const options: DeployOptions = {
    origin: account.origin,
    account: accountId,
    region,
    stack,
    config,
    ...(watch ? { deployed: new Map() } : {}),
  };
  const deployment = await deployToAccount(account, options);
  Object.assign(process.env, clientEnvironment(account.origin, region));

  const endProgress = reportTrainings(account.host, print);
  const failed = await runTour(createTourJourney({ account, aws: createAws(region), deployment, print }));
  endProgress();
  if (failed.length > 0) print(`\nThese steps failed:\n  ${failed.join("\n  ")}`);
  if (exit) {
    await account.close();
    return failed.length > 0 ? 1 : 0;
  }
  await enterRealTime(account);
  printAddresses(account, region);
  reportActivity(account, quiet);
  const watching = watch ? watchProgram(root, folders, (files) => redeploy(account, options, files, print)) : undefined;
  if (watching) print(`Watching ${folders.join(", ")}: a saved change is deployed again.`);
  await waitForStop(print, "Stopping the account. Its state is not kept; `npm start` deploys it again.");
  await watching?.close();
  await account.close();
  return 0;
}

const print = (line: string) => console.log(line);

async function enterRealTime({ clock }: Account): Promise<void> {
  clock.setSpeed(1);
  const ahead = await clock.catchUp();
  if (ahead > 60_000)
    print(`\nThe account's clock is ${Math.round(ahead / 60_000)} minutes ahead of real time and will stay ahead.`);
}

function printAddresses({ origin }: Account, region: string): void {
  print(`\nServing on ${origin}, now in real time. Stop it with Ctrl-C.`);
  print(environmentTitle);
  for (const line of environmentLines(origin, region)) print(`  ${line}`);
  print("Then try, for instance: aws lambda list-functions");
  print(`\nThe console, to see it work: ${origin}/`);
  preparePage();
}

async function deployToAccount(account: Account, options: DeployOptions): Promise<Deployment> {
  const progress = showProgress(process.stdout, account.host);
  try {
    const deployment = await deploy({ ...options, onProgress: progress.report });
    progress.end();
    return deployment;
  } catch (error) {
    progress.end(true);
    await account.close();
    throw error;
  }
}
