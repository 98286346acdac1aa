import { relative, resolve } from "node:path";

/**
 * Names a file for a message: below the working directory from there, elsewhere by its whole path.
 */
export function showPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? resolve(path) : fromHere;
}
