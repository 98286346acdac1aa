import { existsSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { showPath } from "../seed/own-data/given-file";

/**
 * Creates or replaces a file in one step: `write` gets another path, and the file exists only when all of it was written.
 * The next run replaces what a killed one has left. Throws when the path is a folder or a device.
 */
export async function replaceFile(path: string, write: (unfinished: string) => Promise<unknown>): Promise<void> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) throw new Error(`${showPath(path)} is not a regular file. Give the name of a file.`);
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) throw new Error(`${showPath(folder)} does not exist. Create the folder first.`);
  const unfinished = `${path}.unfinished`;
  try {
    await write(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
