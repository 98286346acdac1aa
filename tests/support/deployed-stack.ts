import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecommenderContract } from "../../contract/index.js";
import { views } from "../../demo/console/views.ts";
import { deployProgram } from "../../demo/deploy.ts";
import { type Account, type AccountOptions, startAccount } from "../../local/account.ts";
import type { DeployedResources } from "../../local/pulumi/deploy.ts";
import type { DeployMessage } from "../../local/pulumi/deploy-program.ts";
import { seed } from "../../local/tests/support/seed.ts";
import { parseStructure } from "../../stacks/config/fields.ts";
import { type CommandResult, callCommandLine, startCommandLine } from "./command-line.ts";
import { hurriedSpeed } from "./hurried-speed.ts";
import { writeSmallData } from "./small-data.ts";
import { createStackUse } from "./stack-use.ts";

const region = "eu-west-1";
/** A schedule that does not run during a test. */
export const seldom = "cron(0 3 1 1 ? 2199)";
/** Every candidate is promoted: few visitors make metrics that differ by chance. */
export const openGate = { allowedMetricDrop: "1", promotionThreshold: "0" };

/** Keys of the program's configuration, without their prefix. */
type Settings = Readonly<Record<string, string>>;

/** The program on an account of this process, with little data. */
export type DeployedStack = Awaited<ReturnType<typeof deploySmallStack>>;

/** An empty account for `deploySmallStack`. */
export const startQuickAccount = (options: AccountOptions = {}): Promise<Account> =>
  startAccount({ speed: hurriedSpeed, seed, views, ...options });

/**
 * Deploys the program to `account` as the stack `stack`, with little data unless `settings`, keys
 * of its configuration, name others.
 */
export async function deploySmallStack(account: Account, stack: string, settings: Settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), `${stack}-`));
  const data = settings.interactionsFile === undefined ? writeSmallData(folder) : {};
  const all = { ...data, ...settings };
  const deployed: DeployedResources = new Map();
  writeFileSync(join(folder, "Pulumi.yaml"), "name: recommender\nruntime: nodejs\n");
  const writeStackFile = (name: string, values: Settings = {}) => {
    // The program refuses lists and objects that are texts in a file.
    const config = Object.entries(values).map(([key, value]) => [`recommender:${key}`, parseStructure(value)]);
    writeFileSync(join(folder, `Pulumi.${name}.yaml`), JSON.stringify({ config: Object.fromEntries(config) }));
  };
  writeStackFile(stack, all);
  const variables = { INIT_CWD: folder };
  const outputs = await deploy(account, stack, all, deployed);
  const use = createStackUse(account, outputs);
  return {
    ...use,
    account,
    stack,
    outputs,
    /** Writes the file of another stack into the project's folder. */
    writeStackFile,
    /** Added to the environment of commands: the project's folder is the user's. */
    variables,
    /** Asks for recommendations, as other teams do. */
    recommend: (request: object) => use.invoke(outputs.recommendFunctionName, request),
    /**
     * Deploys with other settings, and returns what that creates, changes and deletes: `update
     * Function name`.
     */
    async redeploy(others: Settings): Promise<string[]> {
      const changes: string[] = [];
      const onProgress = (message: DeployMessage) => {
        const what = "type" in message ? `${message.type?.split(":").at(-1)} ${message.name}` : "";
        if (message.kind === "resource" && message.step !== "same") changes.push(`${message.step} ${what}`);
        if (message.kind === "deleted" && !message.replaced) changes.push(`delete ${what}`);
      };
      await deploy(account, stack, { ...all, ...others }, deployed, { onProgress });
      return changes.sort();
    },
    /** Deletes everything that was deployed, as `pulumi destroy` does. */
    async destroy(): Promise<void> {
      await deploy(account, stack, all, deployed, { program: join(__dirname, "empty-program.ts") });
    },
    /** Runs `recommender` with `--stack` in this process. */
    command: (name: string, ...args: string[]) => runCommand(account, [name, "--stack", stack, ...args], variables),
    /** Starts it as a separate process, as a user does, without waiting for its end. */
    start: (name: string, ...args: string[]) =>
      startCommandLine([name, "--stack", stack, ...args], { ...variablesFor(account), ...variables }),
    async close(): Promise<void> {
      await account.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Deploys the program as the stack `small`, on a separate account. */
export const openDeployedStack = async (settings: Settings = {}) =>
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

/** Runs `recommender` on the account in this process; `variables` are added to its environment. */
export const runCommand = (
  account: Account,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> => callCommandLine(args, { ...variablesFor(account), ...variables });

/** The variables with which a command uses the account. */
export const variablesFor = ({ origin }: Pick<Account, "origin">): Record<string, string> => ({
  AWS_ENDPOINT_URL: origin,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: "000000000000",
  AWS_SECRET_ACCESS_KEY: "local",
});
