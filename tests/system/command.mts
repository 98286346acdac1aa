import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a command of the command line in a separate process. */
export function recommender(...args: string[]): Promise<{ code: number; printed: string }> {
  return new Promise((resolve) => {
    const command = ["cli/recommender.cjs", ...args];
    const options = { cwd: root, env: { ...process.env, NODE_OPTIONS: "" }, maxBuffer: 1e8 };
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, printed: stdout + stderr });
    });
  });
}

/** The tour is read in a terminal of 80 columns, and in files, where escape codes would be noise. */
export function expectReadable(printed: string): void {
  const tour = printed.slice(printed.indexOf("\n1. ")).split("\n");
  const lines = tour.filter((line) => !line.startsWith("  training of "));
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThan(80);
  expect(printed).not.toContain("\u001b");
}
