import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const root = join(__dirname, "../..");
/** The lock file's hash, which is the same for all bundles of a program. */
let lock: string | undefined;

/**
 * Finds the place of a bundle: the same parts and the same lock file give the same file, which may
 * not exist yet. It is in node_modules, so that `npm ci` removes the bundles together with the
 * packages in them.
 */
export function findBundleFile(...parts: (string | Buffer)[]): string {
  lock ??= hashOf([readFileSync(join(root, "package-lock.json"))]);
  return join(root, "node_modules", ".cache", "bundles", `${hashOf([lock, ...parts])}.js`);
}

export function hashOf(parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

/** Writes under another name first: another preview may read the file at the same time. */
export function writeBundle(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}
