import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const root = join(__dirname, "../..");

/**
 * Finds the place of a bundle: the same parts and the same lock file give the same file, which may not exist yet. It is in
 * node_modules, so that `npm ci` removes the bundles together with the packages in them.
 */
export function findBundleFile(...parts: (string | Buffer)[]): string {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  for (const part of parts) hash.update(part).update("\0");
  return join(root, "node_modules", ".cache", "bundles", `${hash.digest("hex")}.js`);
}

/** Writes under another name first: another preview may read the file at the same time. */
export function writeBundle(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}
