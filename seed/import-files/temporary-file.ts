import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders = new Set<string>();

/**
 * Writes a file that is deleted when this program ends, also by Ctrl-C or another signal that it
 * can handle.
 */
export function writeTemporaryFile(name: string, text: string): string {
  if (folders.size === 0) removeAtTheEnd();
  const folder = mkdtempSync(join(tmpdir(), "recommender-"));
  folders.add(folder);
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function removeAtTheEnd(): void {
  const remove = () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", remove);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      remove();
      // Without this listener the signal has its usual effect.
      process.kill(process.pid, signal);
    });
  }
}
