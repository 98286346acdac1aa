import { parseJson } from "../../cli/stack/json";
import { stackConfig } from "../../cli/stack/stack-file";
import { type FoundAccount, useClientEnvironment } from "../../cli/terminal/local-account";
import { print } from "../../cli/terminal/print";
import { type Account, type AccountOptions, startAccount } from "../../local/account";
import { failAfter } from "../../local/account/host/fail-after";
import { machineTime } from "../../local/account/time/clock";
import { ownProcess } from "../../local/terminal/starter";
import { programName } from "../../names/layout";
import { views } from "../console/views";
import type { ProgramOptions } from "../deploy";
import { deployFirst } from "./first-deployment";
import { serve } from "./serve";
import { showTour } from "./tour";

const stack = "dev";
const accountId = "000000000000";
/**
 * The account's clock starts this long ago. The deployment and the tour skip what AWS would wait
 * for, which takes less than two hours of the account's time.
 */
const headStart = 4 * 3_600_000;

export interface StartOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Ends after the tour instead of serving until Ctrl-C. */
  readonly exit: boolean;
  /** Prints only long jobs and the errors of functions after the tour. */
  readonly quiet: boolean;
  /** Prints also requests that read and succeed after the tour. */
  readonly reads: boolean;
  /** Deploys saved changes of the program again, after the tour. */
  readonly watch: boolean;
  /** Values for the program's configuration keys, e.g. `{ interactionsFile: "…" }`. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Seeds the account's ids: two tours of one seed show the same lists. @default drawn */
  readonly seed?: number;
  /** For tests: where the account's clock starts, in epoch milliseconds. @default four hours ago */
  readonly clockStart?: number;
}

/**
 * Starts a local AWS account on one port, deploys the program to it, and shows what it does. Keeps
 * serving until Ctrl-C, unless `exit` is set. Returns the exit code: 0 only if every step passed.
 */
export async function start(options: StartOptions): Promise<number> {
  await ownProcess();
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
    ...(start.seed !== undefined && { seed: start.seed }),
    // As the account on AWS would have them.
    quotas: parseJson(config[`${programName}:quotas`] ?? "") as AccountOptions["quotas"],
    labels: { tourStack: stack } satisfies FoundAccount["labels"],
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
  { exit, watch, ...shown }: StartOptions,
  config: ProgramOptions["config"],
): Promise<number> {
  const region = config["aws:region"] ?? "us-east-1";
  const program: ProgramOptions = {
    origin: account.origin,
    account: accountId,
    region,
    stack,
    config,
    ...(watch && { deployed: new Map() }),
  };
  const deployment = await deployFirst(account, program);
  useClientEnvironment(account.origin, region);
  const failed = await showTour(account, region, deployment);
  // With the configuration as it is then.
  const readProgram = () => ({ ...program, config: stackConfig(stack, shown.overrides) });
  if (!exit) await serve(account, program, { ...shown, watch }, readProgram);
  await account.close();
  return exit && failed.length > 0 ? 1 : 0;
}
