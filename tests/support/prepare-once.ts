import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../local/tests/support/eventually.ts";
import { readRunFolder } from "./run-folder.ts";

/**
 * Lets the first test file of a run that needs it fill a folder with `prepare`; the others, in other processes, wait for it.
 * Returns the folder, which no test may change. If the preparation fails, all of them fail with its reason.
 */
export async function prepareOnce(name: string, prepare: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(readRunFolder(), name);
  const end = join(folder, "end");
  if (begin(folder)) {
    const failure = await prepare(folder).then(
      () => "",
      (error: Error) => error.stack ?? error.message,
    );
    writeFileSync(`${end}.new`, failure);
    renameSync(`${end}.new`, end);
  }
  await eventually(() => existsSync(end) || undefined, `another test file did not end its preparation of ${name}`);
  const failure = readFileSync(end, "utf8");
  if (failure !== "") throw new Error(`The preparation of ${name} failed: ${failure}`);
  return folder;
}

/** Returns true for the first one to ask. */
function begin(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
