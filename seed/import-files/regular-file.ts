import { statSync } from "node:fs";
import { Refusal } from "../../names/refusal";

/** The most that is read of a file: its rows need about ten times the memory. */
export const largestText = 256 * 1024 ** 2;

/**
 * Throws the reason why a file is not read: a device or a pipe may have no end, and a very large
 * file no place.
 */
export function requireRegularFile(path: string): void {
  const stats = statSync(path);
  const kind = stats.isDirectory() ? "a folder" : "a device or a pipe";
  if (!stats.isFile()) throw new Refusal(`it is ${kind}; only regular files are read`);
  if (stats.size > largestText) {
    const megabytes = (bytes: number) => Math.ceil(bytes / 1024 ** 2);
    throw new Refusal(`it has ${megabytes(stats.size)} MB; at most ${megabytes(largestText)} MB are read as a whole`);
  }
}
