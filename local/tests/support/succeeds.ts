import { execFileSync } from "node:child_process";

/** Runs a program, without its output, to see whether this machine has what a test needs. */
export function succeeds(command: string, args: readonly string[], cwd?: string): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore", cwd });
    return true;
  } catch {
    return false;
  }
}
