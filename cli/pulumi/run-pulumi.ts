import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { programName } from "../../names/layout";
import { type Environment, type FoundAccount, readOwnCredentials, requireAccount } from "../terminal/local-account";
import { localProject } from "../terminal/project-folder";
import { type AwsPlugin, chooseAwsPlugin } from "./aws-plugin";
import { localEnvironment, stateFolder } from "./environment";
import { createOwnProject } from "./own-project";
import { noteDifference } from "./own-stack-files";
import { type PulumiArguments, parsePulumiArguments } from "./pulumi-arguments";

const root = join(__dirname, "../..");

/** The commands that need a running account. */
const onAccount = ["up", "update", "preview", "pre", "refresh", "destroy", "down", "import", "watch", "about"];
const canRefresh = ["up", "update", "preview", "pre", "destroy", "down"];
/** The commands that change a program's folder, not a stack. */
const inProgram = ["convert", "install", "new", "package", "plugin"];
/** Those after which the state agrees with the account. */
const deploying = ["up", "update", "refresh", "destroy", "down"];

/**
 * Runs the Pulumi CLI on the local account and returns its exit code. Throws when the CLI, the
 * account or the plugin is missing. When the account was started again since the stack was
 * deployed, the command refreshes the state first.
 */
export async function runPulumi(args: readonly string[], origin: string, asked?: AwsPlugin): Promise<number> {
  const plugin = chooseAwsPlugin(origin, asked);
  const env = { ...localEnvironment(origin), ...plugin.variables };
  const parsed = parsePulumiArguments(args);
  const folder = findProject(parsed);
  // The last one counts.
  const words = insertOptions(args, "-C", folder);
  if (parsed.help || !onAccount.includes(parsed.command ?? "")) {
    if (parsed.command === "config" && !parsed.help && folder === localProject) await refuseTour(parsed, env, origin);
    return run(words, env);
  }
  const account = await requireAccount(origin);
  const variables = { ...env, ...(await readOwnCredentials(origin)) };
  // Standard output may be JSON.
  console.error(plugin.description);
  return runOnAccount(words, { ...parsed, folder }, variables, account);
}

/** The folder of a command's project, with the stacks' files of the local account. */
function findProject({ command = "", folder }: PulumiArguments): string {
  if (folder === undefined) return localProject;
  return inProgram.includes(command) ? folder : createOwnProject(resolve(folder), join(stateFolder, "projects"));
}

async function runOnAccount(
  args: readonly string[],
  parsed: PulumiArguments & { readonly folder: string },
  env: Environment,
  { id: account, labels: { tourStack } }: FoundAccount,
): Promise<number> {
  const { command = "", refresh, folder } = parsed;
  const accounts = openDeployedAccounts();
  const stack = await findStack(parsed, env);
  if (tourStack !== undefined && command !== "about" && namesTour(stack, parsed.stack ?? tourStack, tourStack))
    throw new Error(describeTourStack(tourStack, env));
  if (stack === undefined) return run(args, env);
  if (folder === localProject) noteDifference(root, localProject, basename(stack));
  const before = accounts.of(stack);
  // An `up` that is interrupted leaves resources in the state, too.
  if (before === undefined && deploying.includes(command)) accounts.set(stack, account);
  const changed = before !== undefined && before !== account && canRefresh.includes(command) && !refresh;
  if (changed) {
    console.log("The local account was restarted since the last deployment, and is empty.");
    console.log("The command runs with --refresh, which removes missing resources from the stack's state.\n");
  }
  const code = await run(changed ? insertOptions(args, "--refresh") : args, env);
  const inSync = changed || refresh || command === "refresh" || before === account;
  if (code === 0 && inSync && deploying.includes(command)) accounts.set(stack, account);
  return code;
}

/**
 * Remembers in a file to which account each stack was deployed, by the stack's full name, to notice
 * that the account was started again, empty.
 */
function openDeployedAccounts() {
  const file = join(stateFolder, "accounts.json");
  const read = () =>
    existsSync(file) ? z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, "utf8"))) : {};
  return {
    of: (stack: string): string | undefined => read()[stack],
    set: (stack: string, account: string) =>
      writeFileSync(file, JSON.stringify({ ...read(), [stack]: account }, null, 2)),
  };
}

/** Throws when the CLI has no such stack, but `npm start` has: remedies begin with `config`. */
async function refuseTour(parsed: PulumiArguments, env: Environment, origin: string): Promise<void> {
  const account = await requireAccount(origin).catch(() => undefined);
  const tourStack = account?.labels.tourStack;
  if (tourStack === undefined || (parsed.stack ?? tourStack) !== tourStack) return;
  if ((await findStack({ ...parsed, folder: localProject }, env)) === undefined)
    throw new Error(describeTourStack(tourStack, env));
}

/**
 * Recognises a command about the stack that `npm start` deployed. Without a selected stack, the CLI
 * would ask for a name.
 */
const namesTour = (selected: string | undefined, named: string, tourStack: string) =>
  selected === undefined ? named === tourStack : selected.endsWith(`/${programName}/${tourStack}`);

/**
 * The CLI's state of this stack is empty: it would create everything again, and stop at the first
 * name that exists.
 */
const describeTourStack = (stack: string, { AWS_ENDPOINT_URL: origin = "" }: Environment) => {
  const other = Number(new URL(origin).port) + 1;
  return `The stack ${stack} on ${origin} was deployed by npm start, and the Pulumi CLI does not know its resources. Nothing was done.
To change it: edit the program or Pulumi.${stack}.yaml, stop the account, and run
npm start again; npm start -- --watch deploys each saved file of the program.
To use the CLI, start an empty account: npm run account -- --port ${other}, and there npx recommender pulumi --port ${other} up`;
};

/** Adds options before what `--` ends. */
function insertOptions(args: readonly string[], ...options: readonly string[]): string[] {
  const end = args.indexOf("--");
  return end < 0 ? [...args, ...options] : [...args.slice(0, end), ...options, ...args.slice(end)];
}

/**
 * The full name of the stack that a command uses; absent when none is selected, which the CLI then
 * reports.
 */
async function findStack({ folder = "", stack }: PulumiArguments, env: Environment): Promise<string | undefined> {
  const selected = stack === undefined ? [] : ["--stack", stack];
  const args = ["-C", folder, "stack", "--show-name", "-Q", ...selected];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { env: { ...process.env, ...env } });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

function run(args: readonly string[], env: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", args, { env: { ...process.env, ...env }, stdio: "inherit" });
    child.once("error", (error: NodeJS.ErrnoException) => {
      const missing = "The Pulumi CLI is not installed, or not on PATH: https://www.pulumi.com/docs/install/";
      reject(error.code === "ENOENT" ? new Error(missing) : error);
    });
    child.once("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
    // The terminal sends Ctrl-C to both; the CLI decides when to end.
    process.on("SIGINT", () => {});
  });
}
