import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { type EngineEvent, LocalWorkspace, type OpType, type Stack } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import type { Account } from "../../local/account.ts";

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
  readonly accountId?: string;
  /** Share a backend with another engine, for stack references. */
  readonly backend?: string;
}

/** The real engine on one stack, with a backend and a configuration of its own. */
export interface Engine {
  readonly stack: Stack;
  readonly backend: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  setConfig(key: string, value: string): Promise<void>;
  /** The plan of a preview: what is not `same`, by `Type name`. */
  plan(): Promise<Record<string, string>>;
  /** Starts `pulumi up` as a process that can be killed; resolves when it prints nothing more. */
  startUp(): ChildProcess;
  /** Removes the folder; the stack must be destroyed or given up. */
  forget(): void;
}

let made = 0;

/** Makes a stack in a folder of its own below `local/.state`, so that tests run side by side. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const folder = join(root, "local", ".state", `engine-${process.pid}-${made++}`);
  mkdirSync(join(folder, "config"), { recursive: true });
  mkdirSync(join(folder, "backend"), { recursive: true });
  const backend = options.backend ?? `file://${folder}/backend`;
  const project = {
    name: options.project ?? "recommender",
    main: relative(folder, join(root, options.program ?? ".")),
    runtime: { name: "nodejs" },
    stackConfigDir: "config",
    plugins: { providers: [{ name: "aws", path: relative(folder, join(root, "local/plugin")) }] },
  };
  writeFileSync(join(folder, "Pulumi.yaml"), stringify(project));
  const environment = environmentOf(options, backend);
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: options.stack, workDir: folder },
    { envVars: environment },
  );
  await stack.setConfig("aws:region", { value: "eu-west-1" });
  const setConfig = (key: string, value: string) => stack.setConfig(`recommender:${key}`, { value });
  for (const [key, value] of Object.entries(options.config ?? {})) await setConfig(key, value);
  return {
    stack,
    backend,
    folder,
    environment,
    setConfig,
    async plan() {
      const steps: Record<string, string> = {};
      await stack.preview({ onEvent: (event) => noteStep(event, steps) });
      return steps;
    },
    startUp: () =>
      spawn("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", options.stack], {
        cwd: folder,
        env: { ...process.env, ...environment },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function environmentOf({ account, accountId = "000000000000" }: EngineOptions, backend: string) {
  const path = [join(root, "node_modules/.bin"), join(root, "node_modules/@pulumi/pulumi"), process.env.PATH ?? ""];
  return {
    PATH: path.join(delimiter),
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: "local",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Types are checked by `npm run check`; the language host would check them again at each command.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    AWS_ENDPOINT_URL: account.origin,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: accountId,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    NODE_OPTIONS: "",
  };
}

const boring: readonly OpType[] = ["same", "read", "discard"];

function noteStep(event: EngineEvent, steps: Record<string, string>): void {
  const { urn, type, op } = event.resourcePreEvent?.metadata ?? {};
  if (!urn || !type || !op || boring.includes(op)) return;
  const key = `${type.split(":").at(-1)} ${urn.split("::").at(-1)}`;
  // A replacement comes as several steps: the one that names it counts.
  if (steps[key] === undefined || op === "replace") steps[key] = op;
}
