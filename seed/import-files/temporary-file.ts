import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folders are named after their program, so that another one knows which are left over. */
const prefix = "recommender-data-";
const nameOfFolder = new RegExp(`^${prefix}(\\d+)-\\w{6}$`);

let folder: string | undefined;
let files = 0;

/**
 * Writes a file that is deleted when this program ends, also by Ctrl-C or another signal that it
 * can handle. What a program left that was killed, the next one deletes: the files have users in
 * them.
 */
export function writeTemporaryFile(name: string, text: string): string {
  folder ??= openFolder();
  const file = join(folder, `${++files}-${name}`);
  writeFileSync(file, text);
  return file;
}

function openFolder(): string {
  removeLeftFolders();
  const opened = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  removeAtTheEnd(opened);
  return opened;
}

/** Folders of programs that run, and of other users, stay. */
function removeLeftFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = nameOfFolder.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const left = join(tmpdir(), name);
    try {
      const { uid } = lstatSync(left);
      if (uid === (process.getuid?.() ?? uid)) rmSync(left, { recursive: true, force: true });
    } catch {
      // Another program deletes it, or the next one can. It is no reason not to deploy.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user runs, too.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function removeAtTheEnd(opened: string): void {
  const remove = () => rmSync(opened, { recursive: true, force: true });
  process.once("exit", remove);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      remove();
      // Without this listener the signal has its usual effect.
      process.kill(process.pid, signal);
    });
  }
}
