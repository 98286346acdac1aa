import { type Stats, statSync } from "node:fs";

/** The most that is read of a file as a whole: its rows need about ten times the memory. Larger files are read row by row. */
export const largestText = 256 * 1024 ** 2;

/** Throws the reason why a file is not read: a device or a pipe may have no end, and a file above `most` bytes no place. */
export function requireRegularFile(path: string, most: number): void {
  const stats = statSync(path);
  if (!stats.isFile()) throw new Error(`it is ${describeKind(stats)}; only regular files are read`);
  if (stats.size > most) {
    const megabytes = (bytes: number) => Math.ceil(bytes / 1024 ** 2);
    throw new Error(`it has ${megabytes(stats.size)} MB; at most ${megabytes(most)} MB are read as a whole`);
  }
}

function describeKind(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}
