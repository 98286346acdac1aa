import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecommenderContract } from "../../contract/index.js";
import { views } from "../../demo/console/views.ts";
import { deployProgram } from "../../demo/deploy.ts";
import { type Account, startAccount } from "../../local/account/account.ts";
import type { DeployedResources } from "../../local/pulumi/deploy.ts";
import type { DeployMessage } from "../../local/pulumi/deploy-program.ts";
import type { DeployedResource } from "../../local/pulumi/deploy-resource.ts";
import { type CommandResult, type StartedCommand, startCommandLine } from "./command-line.ts";
import { hurriedSpeed } from "./hurried-speed.ts";
import { prepareOnce } from "./prepare-once.ts";
import { writeSmallData } from "./small-data.ts";

const region = "eu-west-1";
/** A schedule that does not run during a test. */
const seldom = "cron(0 3 29 2 ? *)";
/** Every candidate is promoted: few visitors make metrics that differ by chance. */
const openGate = { allowedMetricDrop: "1", promotionThreshold: "0" };

/** Keys of the program's configuration, without their prefix. */
type Settings = Readonly<Record<string, string>>;

/** The program on an account of this process, with little data. */
export interface DeployedStack {
  readonly account: Account;
  readonly stack: string;
  readonly outputs: RecommenderContract;
  /** Runs `recommender` as a user does, with `--stack`. */
  command(name: string, ...args: string[]): Promise<CommandResult>;
  /** Starts it without waiting for its end. */
  start(name: string, ...args: string[]): StartedCommand;
  /** Deploys with other settings, and returns what that creates, changes and deletes: `update Function name`. */
  redeploy(settings: Settings): Promise<string[]>;
  close(): Promise<void>;
}

/** An empty account for `deploySmallStack`. */
export const startQuickAccount = (keep?: string): Promise<Account> =>
  startAccount({ speed: hurriedSpeed, views, ...(keep !== undefined && { keep }) });

/** Deploys the program to `account` as the stack `stack`; `settings` are keys of its configuration. */
export async function deploySmallStack(
  account: Account,
  stack: string,
  settings: Settings = {},
): Promise<DeployedStack> {
  const folder = mkdtempSync(join(tmpdir(), `${stack}-`));
  const made = { settings: { ...writeSmallData(folder), ...settings }, deployed: new Map() };
  const outputs = await deploy(account, stack, made.settings, made.deployed);
  return describeStack(account, stack, { ...made, outputs }, folder);
}

/**
 * Opens a copy of the one stack that is deployed in a run, named `small`, on a separate account. Settings that differ are
 * a second deployment, of what they change.
 */
export async function openDeployedStack(settings: Settings = {}): Promise<DeployedStack> {
  const prepared = await prepareOnce("deployed-stack", prepareStack);
  const folder = mkdtempSync(join(tmpdir(), "small-"));
  const keep = join(folder, "state");
  cpSync(join(prepared, "state"), keep, { recursive: true });
  const account = await startQuickAccount(keep);
  const made: Prepared = JSON.parse(readFileSync(join(prepared, "stack.json"), "utf8"));
  const deployed: DeployedResources = new Map(made.deployed);
  const all = { ...made.settings, ...settings };
  const outputs = Object.keys(settings).length === 0 ? made.outputs : await deploy(account, "small", all, deployed);
  return describeStack(account, "small", { settings: all, outputs, deployed }, folder);
}

/** Facts about the stack that `openDeployedStack` needs, in addition to the account's state. */
interface Prepared {
  readonly settings: Settings;
  readonly outputs: RecommenderContract;
  readonly deployed: readonly [string, DeployedResource][];
}

async function prepareStack(folder: string): Promise<void> {
  const account = await startQuickAccount(join(folder, "state"));
  const deployed: DeployedResources = new Map();
  const settings = { ...writeSmallData(folder), ...openGate };
  const outputs = await deploy(account, "small", settings, deployed);
  await account.close();
  const prepared: Prepared = { settings, outputs, deployed: [...deployed] };
  writeFileSync(join(folder, "stack.json"), JSON.stringify(prepared));
}

async function deploy(
  { origin }: Account,
  stack: string,
  settings: Settings,
  deployed?: DeployedResources,
  onProgress?: (message: DeployMessage) => void,
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
    ...(onProgress && { onProgress }),
  });
  return outputs as unknown as RecommenderContract;
}

const describeStack = (
  account: Account,
  stack: string,
  { settings, outputs, deployed }: { settings: Settings; outputs: RecommenderContract; deployed: DeployedResources },
  folder: string,
): DeployedStack => ({
  account,
  stack,
  outputs,
  async redeploy(others) {
    const changes: string[] = [];
    await deploy(account, stack, { ...settings, ...others }, deployed, (message) => {
      const what = "type" in message ? `${message.type?.split(":").at(-1)} ${message.name}` : "";
      if (message.kind === "resource" && message.step !== "same") changes.push(`${message.step} ${what}`);
      if (message.kind === "deleted" && !message.replaced) changes.push(`delete ${what}`);
    });
    return changes.sort();
  },
  command: (name, ...args) => runCommand(account, [name, "--stack", stack, ...args]),
  start: (name, ...args) => startCommand(account, [name, "--stack", stack, ...args]),
  async close() {
    await account.close();
    rmSync(folder, { recursive: true, force: true });
  },
});

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
