import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lambda } from "@aws-sdk/client-lambda";
import type { FunctionReply, RecommenderContract } from "../../contract/index.js";
import { views } from "../../demo/console/views.ts";
import { deployProgram } from "../../demo/deploy.ts";
import { type Account, type AccountOptions, startAccount } from "../../local/account.ts";
import type { DeployedResources } from "../../local/pulumi/deploy.ts";
import type { DeployMessage } from "../../local/pulumi/deploy-program.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type CommandResult, callCommandLine, type StartedCommand, startCommandLine } from "./command-line.ts";
import { hurriedSpeed } from "./hurried-speed.ts";
import { writeSmallData } from "./small-data.ts";

const region = "eu-west-1";
/** A schedule that does not run during a test. */
const seldom = "cron(0 3 29 2 ? *)";
/** Every candidate is promoted: few visitors make metrics that differ by chance. */
export const openGate = { allowedMetricDrop: "1", promotionThreshold: "0" };

/** Keys of the program's configuration, without their prefix. */
type Settings = Readonly<Record<string, string>>;

/** The program on an account of this process, with little data. */
export interface DeployedStack {
  readonly account: Account;
  readonly stack: string;
  readonly outputs: RecommenderContract;
  /** Asks for recommendations, as other teams do. */
  recommend(request: object): Promise<FunctionReply>;
  /** Runs `recommender` with `--stack` in this process. */
  command(name: string, ...args: string[]): Promise<CommandResult>;
  /** Starts it as a separate process, as a user does, without waiting for its end. */
  start(name: string, ...args: string[]): StartedCommand;
  /**
   * Deploys with other settings, and returns what that creates, changes and deletes: `update
   * Function name`.
   */
  redeploy(settings: Settings): Promise<string[]>;
  /** Deletes everything that was deployed, as `pulumi destroy` does. */
  destroy(): Promise<void>;
  close(): Promise<void>;
}

/** An empty account for `deploySmallStack`. */
export const startQuickAccount = (options: AccountOptions = {}): Promise<Account> =>
  startAccount({ speed: hurriedSpeed, views, ...options });

/**
 * Deploys the program to `account` as the stack `stack`, with little data unless `settings`, keys
 * of its configuration, name others.
 */
export async function deploySmallStack(
  account: Account,
  stack: string,
  settings: Settings = {},
): Promise<DeployedStack> {
  const folder = mkdtempSync(join(tmpdir(), `${stack}-`));
  const data = settings.interactionsFile === undefined ? writeSmallData(folder) : {};
  const made = { settings: { ...data, ...settings }, deployed: new Map() };
  const outputs = await deploy(account, stack, made.settings, made.deployed);
  return describeStack(account, stack, { ...made, outputs }, folder);
}

/** Deploys the program as the stack `small`, on a separate account. */
export const openDeployedStack = async (settings: Settings = {}): Promise<DeployedStack> =>
  deploySmallStack(await startQuickAccount(), "small", { ...openGate, ...settings });

async function deploy(
  { origin }: Account,
  stack: string,
  settings: Settings,
  deployed?: DeployedResources,
  others: { program?: string; onProgress?: (message: DeployMessage) => void } = {},
): Promise<RecommenderContract> {
  const all = {
    retrainingSchedule: seldom,
    servingDeadlineMilliseconds: "20000",
    deletionProtection: "false",
    ...settings,
  };
  const config = Object.entries(all).map(([key, value]) => [`recommender:${key}`, value]);
  const { outputs } = await deployProgram({
    origin,
    account: "000000000000",
    region,
    stack,
    config: { "aws:region": region, ...Object.fromEntries(config) },
    ...(deployed && { deployed }),
    ...others,
  });
  return outputs as unknown as RecommenderContract;
}

function describeStack(
  account: Account,
  stack: string,
  { settings, outputs, deployed }: { settings: Settings; outputs: RecommenderContract; deployed: DeployedResources },
  folder: string,
): DeployedStack {
  // One client for all requests, which limits those at a time, and with repetitions, as callers
  // have.
  const lambda = new Lambda({ ...sdk(account), maxAttempts: 5 });
  return {
    account,
    stack,
    outputs,
    async recommend(request) {
      const { recommendFunctionName: FunctionName } = outputs;
      const { Payload } = await lambda.invoke({ FunctionName, Payload: JSON.stringify(request) });
      return JSON.parse(Buffer.from(Payload ?? []).toString("utf8"));
    },
    async redeploy(others) {
      const changes: string[] = [];
      const onProgress = (message: DeployMessage) => {
        const what = "type" in message ? `${message.type?.split(":").at(-1)} ${message.name}` : "";
        if (message.kind === "resource" && message.step !== "same") changes.push(`${message.step} ${what}`);
        if (message.kind === "deleted" && !message.replaced) changes.push(`delete ${what}`);
      };
      await deploy(account, stack, { ...settings, ...others }, deployed, { onProgress });
      return changes.sort();
    },
    async destroy() {
      await deploy(account, stack, settings, deployed, { program: join(__dirname, "empty-program.ts") });
    },
    command: (name, ...args) => callCommandLine([name, "--stack", stack, ...args], variablesFor(account)),
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
