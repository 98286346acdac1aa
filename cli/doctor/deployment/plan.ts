import { fork } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../../terminal/project-folder";
import type { PlanMessage, PlanRequest } from "./plan-program";
import type { Plan } from "./planned-resource";

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
