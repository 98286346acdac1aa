import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../..");
const vitest = join(root, "node_modules/vitest/vitest.mjs");

/** Ten times as many cases as the tests check, and others with each run. */
const factor = 10;

/** Checks the properties of `tests/faults`, and kills the engine at thirty random moments. Returns the files that failed. */
export async function checkProperties(seed = 1 + Math.floor(Math.random() * 1_000_000)): Promise<string[]> {
  const missed: string[] = [];
  for (const files of ["tests/faults", "tests/engine/killed.test.mts"]) {
    if (!(await runTests(files, seed))) missed.push(`${files} with the seed ${seed}`);
  }
  return missed;
}

function runTests(files: string, seed: number): Promise<boolean> {
  const env = { ...process.env, FAULTS_SEED: String(seed), FAULTS_RUNS: String(factor) };
  const child = spawn(process.execPath, [vitest, "run", files], { cwd: root, env, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code === 0));
  });
}
