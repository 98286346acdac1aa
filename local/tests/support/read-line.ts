import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * The first line that a process prints, or the first that `pattern` matches; fails when the process
 * ends without it.
 */
export async function readLine({ stdout, spawnfile, spawnargs }: ChildProcess, pattern = /^/): Promise<string> {
  if (stdout === null) throw new Error(`${spawnfile} has no output.`);
  // Leaving the loop would end the output with it.
  const lines = createInterface({ input: stdout });
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      if (pattern.test(line)) resolve(line);
    });
    lines.once("close", () => reject(new Error(`${spawnargs.join(" ")} ended without a line like ${pattern}.`)));
  });
}
