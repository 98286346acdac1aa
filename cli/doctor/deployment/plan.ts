import { fork } from "node:child_process";
import { join } from "node:path";
import type { StackName } from "../../../names/physical-names";
import { projectFolder } from "../../terminal/project-folder";
import type { Place } from "./resource-arns";

export interface PlanRequest extends Place, StackName {
  /**
   * Full keys, e.g. `recommender:minProvisionedTPS`; objects as JSON text, as the engine passes
   * them.
   */
  readonly config: Readonly<Record<string, string>>;
}

/** A resource as the program registers it. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The result of a program that ran without an engine and without an account. */
export interface Plan {
  readonly resources: readonly PlannedResource[];
  /** The warnings that a preview would print. */
  readonly warnings: readonly string[];
}

export type PlanMessage = { readonly plan: Plan } | { readonly problem: string };

export const listPlanned = ({ resources }: Pick<Plan, "resources">, type: string): PlannedResource[] =>
  resources.filter((resource) => resource.type === type);

const root = join(__dirname, "../../..");

/**
 * Runs the program with a stack's configuration and returns what it would create: names,
 * definitions and policies are then those of the program itself. Nothing is called. Throws with the
 * program's own error.
 */
export async function planStack(request: PlanRequest): Promise<Plan> {
  const child = fork(join(__dirname, "plan-program.ts"), {
    cwd: root,
    // The loader of the engine.
    execArgv: ["engine-loader.cjs", "patch-sdk.cjs"].flatMap((file) => ["--require", join(root, "local/pulumi", file)]),
    // The project whose files the program's errors name (runtime/state.js of @pulumi/pulumi).
    env: { ...process.env, NODE_OPTIONS: "", PULUMI_NODEJS_ROOT_DIRECTORY: projectFolder() },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (printed += text));
  return new Promise((resolve, reject) => {
    child.on("message", (message: PlanMessage) => {
      if ("plan" in message) resolve(message.plan);
      else reject(new Error(message.problem));
    });
    child.on("exit", () =>
      reject(new Error(`The program ended before all of its resources were registered.\n${printed}`)),
    );
    child.send(request);
  });
}
