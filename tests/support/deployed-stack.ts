import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecommenderContract } from "../../contract/index.js";
import { views } from "../../demo/console/views.ts";
import { deployProgram } from "../../demo/deploy.ts";
import { type Account, startAccount } from "../../local/account/account.ts";
import { type CommandResult, type StartedCommand, startCommandLine } from "./command-line.ts";
import { writeSmallData } from "./small-data.ts";

const region = "eu-west-1";
/** A schedule that does not run during a test. */
const seldom = "cron(0 3 29 2 ? *)";

/** The program on an account of this process, with little data. */
export interface DeployedStack {
  readonly account: Account;
  readonly stack: string;
  readonly outputs: RecommenderContract;
  /** Runs `recommender` as a user does, with `--stack`. */
  command(name: string, ...args: string[]): Promise<CommandResult>;
  /** Starts it without waiting for its end. */
  start(name: string, ...args: string[]): StartedCommand;
  close(): Promise<void>;
}

/** An empty account for `deploySmallStack`, fast enough that a training of five minutes takes a second. */
export const startQuickAccount = (): Promise<Account> => startAccount({ speed: 300, views });

/** Deploys the program as the stack `stack`; `settings` are keys of its configuration. */
export async function deploySmallStack(
  stack: string,
  settings: Readonly<Record<string, string>> = {},
  started?: Account,
): Promise<DeployedStack> {
  const folder = mkdtempSync(join(tmpdir(), `${stack}-`));
  const account = started ?? (await startQuickAccount());
  const all = {
    ...writeSmallData(folder),
    retrainingSchedule: seldom,
    servingDeadlineMilliseconds: "20000",
    deletionProtection: "false",
    ...settings,
  };
  const config = Object.entries(all).map(([key, value]) => [`recommender:${key}`, value]);
  const { outputs } = await deployProgram({
    origin: account.origin,
    account: "000000000000",
    region,
    stack,
    config: { "aws:region": region, ...Object.fromEntries(config) },
  });
  return {
    account,
    stack,
    outputs: outputs as unknown as RecommenderContract,
    command: (name, ...args) => runCommand(account, [name, "--stack", stack, ...args]),
    start: (name, ...args) => startCommand(account, [name, "--stack", stack, ...args]),
    async close() {
      await account.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs `recommender` on the account; `variables` are added to its environment. */
export const runCommand = (
  account: Account,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> => startCommand(account, args, variables).ended;

/** The variables with which a command uses the account. */
export const variablesFor = ({ origin }: Pick<Account, "origin">): Record<string, string> => ({
  AWS_ENDPOINT_URL: origin,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: "000000000000",
  AWS_SECRET_ACCESS_KEY: "local",
});

function startCommand(
  account: Account,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): StartedCommand {
  return startCommandLine(args, { ...variablesFor(account), ...variables });
}
