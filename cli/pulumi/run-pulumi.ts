import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { programName } from "../../names/layout";
import { type Environment, type FoundAccount, readCaller, requireAccount } from "../terminal/local-account";
import { localProject } from "../terminal/project-folder";
import { userFolder } from "../terminal/values";
import { type AwsPlugin, chooseAwsPlugin } from "./aws-plugin";
import { localEnvironment, stateFolder } from "./environment";
import { readInterrupted } from "./interrupted";
import { createOwnProject } from "./own-project";
import { noteDifference } from "./own-stack-files";
import { type PulumiArguments, parsePulumiArguments, resolvePaths } from "./pulumi-arguments";
import { forgetStackAccount, noteStackAccount, readStackAccount } from "./stack-accounts";

const root = join(__dirname, "../..");

/** The commands that need a running account. */
const onAccount = ["up", "update", "preview", "pre", "refresh", "destroy", "down", "import", "watch", "about"];
/** The commands after which the state agrees with the account, if they compared both first. */
const changing = ["up", "update", "destroy", "down"];
/** The commands that change a program's folder, not a stack. */
const inProgram = ["convert", "install", "new", "package", "plugin"];

/**
 * Runs the Pulumi CLI on the local account and returns its exit code. Throws when the CLI, the
 * account or the plugin is missing.
 */
export async function runPulumi(args: readonly string[], origin: string, asked?: AwsPlugin): Promise<number> {
  const plugin = chooseAwsPlugin(origin, asked);
  const env = { ...localEnvironment(origin), ...plugin.variables };
  const parsed = parsePulumiArguments(args);
  const { command = "", help } = parsed;
  const folder = findProject(parsed);
  // The last one counts.
  const words = insertOptions(resolvePaths(args, userFolder()), "-C", folder);
  if (help || !onAccount.includes(command)) {
    // Remedies begin with `config`, which may change the file of a stack that the CLI has.
    if (command === "config" && !help && folder === localProject) {
      const account = await requireAccount(origin).catch(() => undefined);
      if (account && findStack({ ...parsed, folder }, env) === undefined) refuseTour(account, origin, parsed);
    }
    // Nothing says of which account the imported state is.
    if (command === "stack" && parsed.subcommand === "import") {
      const stack = findStack({ ...parsed, folder }, env);
      if (stack !== undefined) forgetStackAccount(stack);
    }
    return run(words, env);
  }
  const account = await requireAccount(origin);
  const caller = await readCaller(origin);
  const variables = { ...env, ...caller.credentials };
  // Standard output may be JSON.
  console.error(plugin.description);
  const stack = findStack({ ...parsed, folder }, variables);
  if (command !== "about") refuseTour(account, origin, parsed, stack);
  if (stack !== undefined && folder === localProject) noteDifference(root, localProject, basename(stack));
  if (stack === undefined) return run(words, variables);
  return runOnStack(words, { ...parsed, folder, stack, account: `${account.id} ${caller.account}`, env: variables });
}

interface OnStack extends PulumiArguments {
  readonly folder: string;
  readonly stack: string;
  readonly account: string;
  readonly env: Environment;
}

/**
 * Runs a command on a stack. One that changes the stack compares the state with the account first,
 * unless both are known to agree, or creations were interrupted; a preview says that they may not.
 */
async function runOnStack(words: readonly string[], given: OnStack): Promise<number> {
  const { command = "", folder, stack, account, env, refresh, isPartial } = given;
  const known = readStackAccount(stack);
  const agrees = known === account;
  const isChange = changing.includes(command);
  if (["preview", "pre"].includes(command) && known !== undefined && !agrees && refresh === undefined) {
    console.error(
      "The stack was deployed to another local account, or to this one before it was started again. " +
        "`up` compares the state with the account first; preview --refresh does, too.",
    );
  }
  if (agrees || !(isChange || command === "refresh")) return run(words, env);
  // The state has resources of two accounts until the command has ended.
  forgetStackAccount(stack);
  const isOurs = isChange && refresh === undefined;
  // A refresh would drop the list of what was interrupted, with which `up` begins.
  const compares = isOurs && (await readInterrupted(folder, stack, env)).length === 0;
  const code = await run(compares ? insertOptions(words, "--refresh") : words, env);
  if (code === 0 && (compares || !isOurs) && refresh !== false && !isPartial) noteStackAccount(stack, account);
  return code;
}

/**
 * The folder of a command's project, with the stacks' files of the local account: that of `-C`, or
 * as with the CLI the first project above the user's folder. In this repository and outside of all
 * projects it is the recommender.
 */
function findProject({ command = "", folder: given }: PulumiArguments): string {
  const folder = given ?? findProjectAbove(userFolder());
  if (folder === undefined || (given === undefined && [root, localProject].includes(folder))) return localProject;
  return inProgram.includes(command) ? folder : createOwnProject(resolve(folder), join(stateFolder, "projects"));
}

function findProjectAbove(folder: string): string | undefined {
  if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : findProjectAbove(above);
}

/**
 * Throws for the stack that `npm start` deployed: the CLI's state of it is empty, so it would
 * create everything again, and stop at the first name that exists. Without a selected stack, the
 * CLI would ask for a name.
 */
function refuseTour({ labels }: FoundAccount, origin: string, { stack: named }: PulumiArguments, selected?: string) {
  const stack = labels.tourStack;
  const isTour = selected === undefined ? (named ?? stack) === stack : selected.endsWith(`/${programName}/${stack}`);
  if (stack === undefined || !isTour) return;
  const other = Number(new URL(origin).port) + 1;
  throw new Error(`The stack ${stack} on ${origin} was deployed by npm start, and the Pulumi CLI does not know its resources. Nothing was done.
To change it: edit the program or Pulumi.${stack}.yaml, stop the account, and run
npm start again; npm start -- --watch deploys each saved file of the program.
To use the CLI, start an empty account: npm run account -- --port ${other}, and there npx recommender pulumi --port ${other} up`);
}

/** Adds options before what `--` ends. */
function insertOptions(args: readonly string[], ...options: readonly string[]): string[] {
  const end = args.indexOf("--");
  return end < 0 ? [...args, ...options] : [...args.slice(0, end), ...options, ...args.slice(end)];
}

/**
 * The full name of the stack that a command uses; absent when none is selected, which the CLI then
 * reports.
 */
function findStack({ folder = "", stack }: PulumiArguments, env: Environment): string | undefined {
  const selected = stack === undefined ? [] : ["--stack", stack];
  const args = ["-C", folder, "stack", "--show-name", "-Q", ...selected];
  const { status, stdout } = spawnSync("pulumi", args, { env: { ...process.env, ...env }, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
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
