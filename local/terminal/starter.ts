import { fstatSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { protectPrototypes } from "../account/host/protect-prototypes";

/** Real milliseconds between two looks at the parent. */
const lookEvery = 250;
/**
 * Prepares a process that serves one account: its prototypes are protected, and it ends with the
 * program that started it.
 */
export async function ownProcess(): Promise<void> {
  protectPrototypes();
  // With a handler (stop-signal.ts) this is the usual end; without one, as during a deployment, the
  // process ends at once.
  const end = () => process.kill(process.pid, "SIGTERM");
  if (isStartedByNpm(process.env, process.argv[1] ?? "")) endWithParent(end);
  if (isPipe(0)) await endWithInput(end);
}

/** A terminal, a file or /dev/null says nothing about the starter. */
function isPipe(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    return found.isFIFO() || found.isSocket();
  } catch {
    return false;
  }
}

/**
 * The system closes a pipe's other end when the program that has it ends, even by SIGKILL. An input
 * that is closed from the beginning says nothing: runners of CI and cron give all commands such a
 * one.
 */
async function endWithInput(end: () => void): Promise<void> {
  const { stdin } = process;
  stdin.on("error", () => {});
  stdin.resume();
  // The account decides how long the process runs.
  stdin.unref();
  // After each of these the system has been asked for input.
  await setImmediate();
  await setImmediate();
  if (!stdin.readableEnded) stdin.on("end", end);
}

/**
 * Returns whether a script of npm or npx is this command and nothing else. npm passes a signal to
 * the script's shell, which ends without passing it on. A script that starts the command in the
 * background and goes on wants it to continue.
 */
export function isStartedByNpm(environment: NodeJS.ProcessEnv, program: string): boolean {
  const [first = "", ...rest] = (environment.npm_lifecycle_script ?? "").trim().split(/\s+/);
  return first.replaceAll(/["']/g, "") === basename(program, ".cjs") && !rest.some((word) => word.endsWith("&"));
}

/**
 * Calls `end` when the process that started this one has ended: `parent`, which may have ended
 * already.
 */
export function endWithParent(end: () => void, parent = process.ppid): void {
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    end();
  }, lookEvery);
  look.unref();
}
