import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The variable that names the folder of what test files of one run share; see `prepareOnce`. */
const variable = "TESTS_RUN_FOLDER";

/** Makes the run's folder before the first test, and removes it after the last one. Each project calls it; one does it. */
export default function setup(): () => void {
  if (process.env[variable] !== undefined) return () => {};
  const folder = mkdtempSync(join(tmpdir(), "recommender-tests-"));
  process.env[variable] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** The run's folder, in a test. */
export function readRunFolder(): string {
  const folder = process.env[variable];
  if (folder === undefined) throw new Error(`${variable} is not set: vitest.config.mts names the set-up of a run.`);
  return folder;
}
