import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { text } from "node:stream/consumers";
// Only its types: the automation API takes two seconds to load, and starts three more commands
// after each `up`.
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { type AwsPlugin, chooseAwsPlugin } from "../../cli/pulumi/aws-plugin.ts";
import { backendIn, pulumiEnvironment } from "../../cli/pulumi/environment.ts";
import type { Account } from "../../local/account.ts";
import { needs } from "../../local/tests/support/needs.ts";

const root = join(__dirname, "../..");

/**
 * The aws plugin of the tests: the real one with PROVIDER=real, or else this repository's, also if
 * both are installed.
 */
const plugin: AwsPlugin = process.env.PROVIDER === "real" ? "real" : "local";

function findPulumi(): boolean {
  try {
    chooseAwsPlugin("", plugin);
    execFileSync("pulumi", ["version"], { stdio: "ignore" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") console.warn((error as Error).message);
    return false;
  }
}

/** The real CLI on PATH, with the plugin. */
export const needsPulumi = needs("the Pulumi CLI", findPulumi());

export interface EngineOptions {
  readonly account: Account;
  /** Also part of every physical name. */
  readonly stack: string;
  /** The program's own keys, without their prefix. */
  readonly config?: Readonly<Record<string, string>>;
  /** Another program than this repository's, relative to its root. */
  readonly program?: string;
  /** Default `recommender`. */
  readonly project?: string;
  /** Share a backend with another engine, for stack references. */
  readonly backend?: string;
  /** Added to the environment of its commands. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Writes the state after each step, as the CLI does, so that a killed command leaves what it has
   * done. Otherwise it is written at a command's end, which halves the time of `up` and `destroy`.
   * @default false
   */
  readonly checkpoints?: boolean;
}

/**
 * The operations of a command on resources that do not stay as they are, done or planned, by `Type
 * name`.
 */
export type Steps = Record<string, string>;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Commands that change the stack. */
export type Command = "up" | "refresh" | "destroy";

/** A resource in the state. */
export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** An engine's state; members that are not here stay as they are. */
export interface State {
  readonly resources: readonly StoredResource[];
}

interface CommandOptions {
  /** Fails when something would change. */
  readonly expectNoChanges?: boolean;
  readonly onEvent?: (event: EngineEvent) => void;
}

/** The real engine on one stack, with a separate backend and configuration. */
export type Engine = Awaited<ReturnType<typeof openEngine>>;

let made = 0;

/** Makes a stack in a separate folder below `local/.state`, so that tests run side by side. */
export async function openEngine(options: EngineOptions) {
  const { stack, project = "recommender" } = options;
  const folder = join(root, "local", ".state", `engine-${process.pid}-${made++}`);
  mkdirSync(join(folder, "config"), { recursive: true });
  mkdirSync(join(folder, "backend"), { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), stringify(projectFile(folder, project, options.program)));
  const backend = options.backend ?? backendIn(join(folder, "backend"));
  let env: NodeJS.ProcessEnv = { ...process.env, ...environmentOf(options, backend) };
  /** Read once after each change of the stack. */
  let outputs: Promise<unknown> | undefined;

  const start = (args: readonly string[]) =>
    spawn("pulumi", [...args, "--non-interactive", "--stack", stack], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  const run = async (...args: string[]) => {
    const child = start(args);
    const [out, err, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise((resolve, reject) => child.once("close", resolve).once("error", reject)),
    ]);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with code ${code}:\n${out}\n${err}`);
    return { out, printed: out + err };
  };
  let logs = 0;
  /** Runs a command on the stack's resources. */
  const work = async (args: readonly string[], { expectNoChanges, onEvent }: CommandOptions): Promise<Steps> => {
    const log = join(folder, `events-${logs++}`);
    outputs = undefined;
    await run(...args, "--event-log", log, ...(expectNoChanges ? ["--expect-no-changes"] : []));
    const steps: Steps = {};
    for (const line of readFileSync(log, "utf8").trim().split("\n")) {
      const event = JSON.parse(line) as EngineEvent;
      noteStep(event, steps);
      onEvent?.(event);
    }
    return steps;
  };
  const configFile = join(folder, "config", `Pulumi.${stack}.yaml`);
  const readConfig = (): { config: Record<string, unknown> } => ({
    config: {},
    ...parse(readFileSync(configFile, "utf8")),
  });
  const configure = (values: Readonly<Record<string, string | undefined>>) => {
    const file = readConfig();
    for (const [key, value] of Object.entries(values)) {
      const full = key.includes(":") ? key : `${project}:${key}`;
      if (value === undefined) delete file.config[full];
      // The program takes lists and objects as YAML only.
      else file.config[full] = /^[[{].*[\]}]$/s.test(value) ? JSON.parse(value) : value;
    }
    writeFileSync(configFile, stringify(file));
  };

  await run("stack", "init");
  configure({ "aws:region": "eu-west-1", ...options.config });
  return {
    backend,
    /** The stack's own folder; `forget` deletes it. */
    folder,
    /**
     * Sets the program's own keys, and others that have a prefix, objects as JSON; `undefined`
     * removes one.
     */
    configure,
    /** The configuration, by full keys. */
    configuration: () =>
      Object.fromEntries(
        Object.entries(readConfig().config).map(([key, value]) => [
          key,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    /** `pulumi preview`. `policyPack` is relative to the repository's root. */
    preview: ({ policyPack, ...more }: { policyPack?: string } & CommandOptions = {}) =>
      work(["preview", ...(policyPack ? ["--policy-pack", join(root, policyPack)] : [])], more),
    /** `pulumi up`, without a preview. */
    up: (more: CommandOptions = {}) => work(["up", ...unasked], more),
    /** `pulumi refresh`: what was found changed (`update`) or deleted (`delete`). */
    refresh: (more: CommandOptions = {}) => work(["refresh", ...unasked], more),
    destroy: () => work(["destroy", ...unasked], {}),
    async outputs<T>() {
      outputs ??= run("stack", "output", "--json", "--show-secrets").then(({ out }) => JSON.parse(out));
      return (await outputs) as T;
    },
    /** The state, with its secrets. */
    async state(): Promise<State> {
      const { out } = await run("stack", "export", "--show-secrets");
      return { resources: [], ...JSON.parse(out).deployment };
    },
    /** Runs any command; returns what it printed. An error has it too. */
    run: async (...args: string[]) => (await run(...args)).printed,
    /** Runs commands of `work` with these credentials in place of the account's. */
    async as<T>(credentials: Credentials, work: () => Promise<T>): Promise<T> {
      const before = env;
      const { accessKeyId, secretAccessKey, sessionToken = "" } = credentials;
      env = {
        ...env,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      };
      try {
        return await work();
      } finally {
        env = before;
      }
    },
    /** Starts a command, for `killTree` to end it. */
    start: (command: Command): ChildProcess => start([command, ...unasked]),
    /** Removes the folder; the stack must be destroyed or given up. */
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const unasked = ["--yes", "--skip-preview"];

/** As local/Pulumi.yaml, for a project in `folder`. */
function projectFile(folder: string, name: string, program = ".") {
  return {
    name,
    main: relative(folder, resolve(root, program)),
    runtime: { name: "nodejs", options: { nodeargs: `--require "${join(root, "local/pulumi/patch-sdk.cjs")}"` } },
    stackConfigDir: "config",
    plugins: {
      providers: [
        { name: "aws", path: relative(folder, join(root, "local/pulumi/plugin")) },
        { name: "pulumi-nodejs", path: relative(folder, join(root, "node_modules/@pulumi/pulumi")) },
      ],
    },
  };
}

/**
 * Ends a process and all that it started, at once, as when a machine fails, and waits until it has
 * ended. The CLI's plugins have their own process groups, and the provider of dynamic resources
 * would outlive it.
 */
export async function killTree(root: ChildProcess): Promise<void> {
  if (root.pid === undefined) throw new Error("The process did not start.");
  const ended = new Promise((resolve) => root.once("close", resolve));
  for (const pid of [root.pid, ...findChildren(root.pid)]) kill(pid);
  await ended;
}

/** The processes that a process started, and those that they started. */
function findChildren(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const children = new Map<number, number[]>();
  for (const line of table.trim().split("\n")) {
    const [child = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found = [pid];
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found.slice(1);
}

/** A process that has ended meanwhile is what was wanted. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function environmentOf({ account, checkpoints = false, variables }: EngineOptions, backend: string): NodeJS.ProcessEnv {
  return {
    ...pulumiEnvironment(account.origin, backend),
    ...chooseAwsPlugin(account.origin, plugin).variables,
    AWS_REGION: "eu-west-1",
    // A program in a separate folder would otherwise be compiled by other rules than the one at the
    // root.
    PULUMI_NODEJS_TSCONFIG_PATH: join(root, "tsconfig.json"),
    // For `--event-log`.
    PULUMI_DEBUG_COMMANDS: "true",
    // The CLI knows the second one only with the first.
    ...(!checkpoints && { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }),
    ...variables,
  };
}

const unremarkable: readonly string[] = ["same", "read", "refresh", "discard"];

/**
 * Steps are announced, and their results reported. Default providers are left out: they carry the
 * stack's configuration, so that every change of it is one of theirs. A replacement comes as
 * several steps, of which the one that is named so counts; a refresh is announced for everything,
 * and only its results tell what has changed.
 */
function noteStep({ resourcePreEvent, resOutputsEvent }: EngineEvent, steps: Steps): void {
  const { urn, type, op } = (resourcePreEvent ?? resOutputsEvent)?.metadata ?? {};
  if (!urn || !type || !op || unremarkable.includes(op) || type.startsWith("pulumi:providers:")) return;
  const key = `${type.split(":").at(-1)} ${urn.split("::").at(-1)}`;
  if (steps[key] === undefined || op === "replace") steps[key] = op;
}
