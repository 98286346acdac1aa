import { join } from "node:path";
import { isatty } from "node:tty";
import { createAws } from "../../cli/stack/aws";
import { stackConfig } from "../../cli/stack/stack-file";
import { bad, muted } from "../../cli/terminal/paint";
import { print } from "../../cli/terminal/print";
import { type Account, startAccount } from "../../local/account";
import { failAfter } from "../../local/account/host/fail-after";
import { protectPrototypes } from "../../local/account/host/protect-prototypes";
import { machineTime } from "../../local/account/time/clock";
import { preparePage } from "../../local/console/server/page-files";
import type { Deployment } from "../../local/pulumi/deploy";
import { reportActivity } from "../../local/terminal/activity";
import { clientEnvironment, environmentLines, environmentTitle } from "../../local/terminal/client-environment";
import { waitForStop } from "../../local/terminal/stop-signal";
import { reportTrainings } from "../../local/terminal/training-progress";
import { views } from "../console/views";
import { deployProgram, type ProgramOptions } from "../deploy";
import { showProgress } from "./deployment-progress";
import { isInForeground, readKeys } from "./keys";
import { openAddress } from "./open-address";
import { describeAhead, minute, redeploy } from "./redeploy";
import { runTour } from "./tour";
import { createTourJourney } from "./tour-journey";
import { watchProgram } from "./watch-program";

const root = join(__dirname, "../..");
/** The program's folders that are watched. */
const folders = ["functions", "components", "stacks", "dynamic-providers"];
const stack = "dev";
const accountId = "000000000000";
/**
 * The account's clock starts this long ago. The deployment and the tour skip what AWS would wait for, which takes less than two
 * hours of the account's time.
 */
const headStart = 4 * 3_600_000;

export interface StartOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Ends after the tour instead of serving until Ctrl-C. */
  readonly exit: boolean;
  /** Prints only long work and the errors of functions after the tour. */
  readonly quiet: boolean;
  /** Prints also requests that read and succeed after the tour. */
  readonly reads: boolean;
  /** Deploys saved changes of the program again, after the tour. */
  readonly watch: boolean;
  /** Values for the program's configuration keys, e.g. `{ interactionsFile: "…" }`. */
  readonly overrides: Readonly<Record<string, string>>;
  /** For tests: where the account's clock starts, in epoch milliseconds. @default four hours ago */
  readonly clockStart?: number;
}

/**
 * Starts a local AWS account on one port, deploys the program to it, and shows what it does. Keeps serving until Ctrl-C,
 * unless `exit` is set. Returns the exit code: 0 only if every step passed.
 */
export async function start(options: StartOptions): Promise<number> {
  protectPrototypes();
  try {
    return await run(options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    const { port } = options;
    throw new Error(`Port ${port} is in use. Choose another: npm start -- --port ${port + 1}`);
  }
}

async function run(start: StartOptions): Promise<number> {
  const config = stackConfig(stack, start.overrides);
  const account = await startAccount({
    port: start.port,
    views,
    start: start.clockStart ?? machineTime() - headStart,
  });
  print(`A local AWS account listens on ${account.origin}.`);
  try {
    return await runOn(account, start, config);
  } catch (error) {
    return failAfter(error, () => account.close());
  }
}

async function runOn(
  account: Account,
  { exit, quiet, reads, watch }: StartOptions,
  config: ProgramOptions["config"],
): Promise<number> {
  const region = config["aws:region"] ?? "us-east-1";
  account.tourStack.name = stack;
  const options: ProgramOptions = {
    origin: account.origin,
    account: accountId,
    region,
    stack,
    config,
    ...(watch && { deployed: new Map() }),
  };
  const deployment = await deploy(account, options);
  Object.assign(process.env, clientEnvironment(account.origin, region));

  const failed = await showTour(account, region, deployment);
  if (exit) {
    await account.close();
    return failed.length > 0 ? 1 : 0;
  }
  await enterRealTime(account);
  // Before people read that they can press Ctrl-C.
  const stopped = waitForStop(print, `Stopping the account. Its state is not kept; \`npm start\` deploys it again.`);
  printAddresses(account, region);
  reportActivity(account, { quiet, reads, paint: { muted, bad } });
  const watching = watch ? watchProgram(root, folders, (files) => redeploy(account, options, files, print)) : undefined;
  if (watching) print(`Watching ${folders.join(", ")}: a saved change is deployed again.`);
  const keys = offerKeys(account);
  await stopped;
  keys?.close();
  await watching?.close();
  await account.close();
  return 0;
}

/** Takes keys where somebody can press them. */
function offerKeys(account: Account): { close(): void } | undefined {
  if (!isatty(0) || !isInForeground()) return undefined;
  const page = `${account.origin}/`;
  print("Keys: o opens the console, r retrains the models, q quits.");
  return readKeys(process.stdin, {
    keys: {
      async o() {
        const opened = await openAddress(page);
        print(opened ? `Opened ${page}` : `No program here opens a browser. Open this address: ${page}`);
      },
      async r() {
        try {
          await account.act("retrain", { stack });
          print(`A retraining has started. Its decisions will be in ${page}#/models`);
        } catch (error) {
          print(`No retraining has started: ${(error as Error).message}`);
        }
      },
    },
    stop: () => process.emit("SIGINT"),
  });
}

async function showTour(account: Account, region: string, deployment: Deployment): Promise<string[]> {
  const endProgress = reportTrainings(account.host, print);
  const failed = await runTour(
    createTourJourney({ account, aws: createAws(region), deployment, latest: machineTime, print }),
  );
  endProgress();
  if (failed.length > 0) print(`\nThese steps failed:\n  ${failed.join("\n  ")}`);
  return failed;
}

async function enterRealTime({ clock }: Account): Promise<void> {
  const ahead = await clock.catchUp();
  if (ahead >= minute) print(`\n${describeAhead(ahead)}`);
}

function printAddresses({ origin }: Account, region: string): void {
  print(`\nServing on ${origin}, now in real time. Stop it with Ctrl-C.`);
  print(environmentTitle);
  for (const line of environmentLines(origin, region)) print(`  ${line}`);
  print("Then try, for instance: aws lambda list-functions");
  print(`\nThe console, to see it work: ${origin}/`);
  preparePage(views);
}

async function deploy(account: Account, options: ProgramOptions): Promise<Deployment> {
  print(`Deploying the stack "${stack}" to it:`);
  const progress = showProgress(process.stdout, account.host, options.stack);
  const endSkipping = account.clock.skipTransitions(machineTime);
  try {
    const deployment = await deployProgram({ ...options, onProgress: progress.report });
    progress.end();
    return deployment;
  } catch (error) {
    progress.end(true);
    throw error;
  } finally {
    endSkipping();
  }
}
