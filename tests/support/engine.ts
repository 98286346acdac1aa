import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import { pulumiEnvironment } from "../../cli/pulumi/environment.ts";
import type { Account } from "../../local/account/account.ts";

const root = join(__dirname, "../..");

/** Whether the real CLI is on PATH; the engine tests are left out without it, and say so. */
export const pulumiIsThere = (() => {
  try {
    execFileSync("pulumi", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("The Pulumi CLI is not on PATH: the engine tests are left out.");
    return false;
  }
})();

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
}

/** What a command does, or would do, to resources that do not stay as they are: operation by `Type name`. */
export type Steps = Record<string, string>;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Commands that change the stack. */
export type Command = "up" | "refresh" | "destroy";

/** The real engine on one stack, with a separate backend and configuration. */
export interface Engine {
  readonly stack: Stack;
  readonly backend: string;
  /** The stack's own folder; `forget` deletes it. */
  readonly folder: string;
  /** Sets the program's own keys; `undefined` removes one. */
  configure(values: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** `pulumi preview`. `policyPack` is relative to the repository's root. */
  preview(options?: { expectNoChanges?: boolean; policyPack?: string }): Promise<Steps>;
  /** `pulumi up`, without a preview. */
  up(): Promise<Steps>;
  /** `pulumi refresh`: what was found changed (`update`) or deleted (`delete`). */
  refresh(options?: { expectNoChanges?: boolean }): Promise<Steps>;
  destroy(): Promise<Steps>;
  outputs<T>(): Promise<T>;
  /** Runs commands of `work` with these credentials in place of the account's. */
  as<T>(credentials: Credentials, work: () => Promise<T>): Promise<T>;
  /** Starts a command, for `killTree` to end it. */
  start(command: Command): ChildProcess;
  /** Removes the folder; the stack must be destroyed or given up. */
  forget(): void;
}

let made = 0;

/** Makes a stack in a separate folder below `local/.state`, so that tests run side by side. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { stack: stackName, project = "recommender" } = options;
  const folder = join(root, "local", ".state", `engine-${process.pid}-${made++}`);
  mkdirSync(join(folder, "config"), { recursive: true });
  mkdirSync(join(folder, "backend"), { recursive: true });
  const backend = options.backend ?? `file://${folder}/backend`;
  const projectFile = {
    name: project,
    main: relative(folder, join(root, options.program ?? ".")),
    // As in local/Pulumi.yaml.
    runtime: { name: "nodejs", options: { nodeargs: `--require "${join(root, "local/pulumi/quick-sdk.cjs")}"` } },
    stackConfigDir: "config",
    plugins: {
      providers: [
        { name: "aws", path: relative(folder, join(root, "local/pulumi/plugin")) },
        { name: "pulumi-nodejs", path: relative(folder, join(root, "node_modules/@pulumi/pulumi")) },
      ],
    },
  };
  writeFileSync(join(folder, "Pulumi.yaml"), stringify(projectFile));
  const envVars = { ...environmentOf(options.account, backend), ...options.variables };
  const stack = await LocalWorkspace.createOrSelectStack({ stackName, workDir: folder }, { envVars });
  const addPrefix = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`${project}:${key}`, { value }]));
  await stack.setAllConfig({ "aws:region": { value: "eu-west-1" }, ...addPrefix(options.config ?? {}) });

  const noted = async (run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>): Promise<Steps> => {
    const steps: Steps = {};
    await run((event) => noteStep(event, steps));
    return steps;
  };
  return {
    stack,
    backend,
    folder,
    async configure(values) {
      const given = Object.entries(values);
      await stack.setAllConfig(
        addPrefix(Object.fromEntries(given.flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])))),
      );
      const removed = given.filter(([, value]) => value === undefined).map(([key]) => `${project}:${key}`);
      if (removed.length > 0) await stack.removeAllConfig(removed);
    },
    preview: ({ policyPack, ...more } = {}) => {
      const policyPacks = policyPack === undefined ? {} : { policyPacks: [join(root, policyPack)] };
      return noted((onEvent) => stack.preview({ onEvent, ...policyPacks, ...more }));
    },
    up: () => noted((onEvent) => stack.up({ onEvent })),
    refresh: (more = {}) => noted((onEvent) => stack.refresh({ onEvent, ...more })),
    destroy: () => noted((onEvent) => stack.destroy({ onEvent })),
    async outputs<T>() {
      const outputs = await stack.outputs();
      return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])) as T;
    },
    async as(credentials, work) {
      const { workspace } = stack;
      const before = workspace.envVars;
      workspace.envVars = {
        ...before,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken ?? "",
      };
      try {
        return await work();
      } finally {
        workspace.envVars = before;
      }
    },
    start: (command) =>
      spawn("pulumi", [command, "--yes", "--skip-preview", "--non-interactive", "--stack", stackName], {
        cwd: folder,
        env: { ...process.env, ...envVars },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Ends a process and all that it started, at once, as when a machine fails, and waits until it has ended. The CLI's
 * plugins have their own process groups, and the provider of dynamic resources would outlive it.
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

function environmentOf(account: Account, backend: string): Record<string, string> {
  return {
    ...pulumiEnvironment(account.origin, backend),
    AWS_REGION: "eu-west-1",
    // A program in a separate folder would otherwise be compiled by other rules than the one at the root.
    PULUMI_NODEJS_TSCONFIG_PATH: join(root, "tsconfig.json"),
  };
}

const unremarkable: readonly string[] = ["same", "read", "refresh", "discard"];

/**
 * Steps are announced, and their results reported. Default providers are left out: they carry the stack's configuration,
 * so that every change of it is one of theirs. A replacement comes as several steps, of which the one that is named so
 * counts; a refresh is announced for everything, and only its results tell what has changed.
 */
function noteStep({ resourcePreEvent, resOutputsEvent }: EngineEvent, steps: Steps): void {
  const { urn, type, op } = (resourcePreEvent ?? resOutputsEvent)?.metadata ?? {};
  if (!urn || !type || !op || unremarkable.includes(op) || type.startsWith("pulumi:providers:")) return;
  const key = `${type.split(":").at(-1)} ${urn.split("::").at(-1)}`;
  if (steps[key] === undefined || op === "replace") steps[key] = op;
}
