import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { bundleProgram } from "../../../processes/bundle";
import { removeWithThisProcess } from "../../../processes/cleaner";
import { endMarked } from "../../../processes/family";

/** The account's folder below the temporary folder. */
export interface Workspace {
  /** Made when it is first asked for. */
  directory(): string;
  /** The runtime of functions as one file that Node.js runs. */
  runtimeFile(): string;
  /** Refuses new users of the folder, waits until those that it has ended, and removes it. */
  close(usersEnd: () => Promise<unknown>): Promise<void>;
}

/** Host and process of the owner are part of the name: a temporary folder may be shared between containers. */
const prefix = `local-account-lambda-${hostname().replaceAll(/[^A-Za-z0-9]/g, "")}-`;
const mine = new Set<string>();

export function createWorkspace(): Workspace {
  let root: string | undefined;
  let runtimeFile: string | undefined;
  let closed = false;

  const directory = () => {
    if (closed) throw new Error("Lambda: the account is closed, and the folder of its functions is removed.");
    if (root !== undefined) return root;
    removeAbandoned();
    root = realpathSync(mkdtempSync(path.join(tmpdir(), `${prefix}${process.pid}-`)));
    mine.add(path.basename(root));
    removeWithThisProcess(root);
    // Without a cleaner, at least an orderly end removes the folder.
    process.once("exit", remove);
    return root;
  };
  const remove = () => {
    if (root === undefined) return;
    endMarked([root]);
    try {
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // The cleaner removes it when this process ends. Why the account is closed matters more than a folder.
    }
    mine.delete(path.basename(root));
    process.off("exit", remove);
    root = undefined;
  };

  return {
    directory,
    runtimeFile() {
      if (runtimeFile !== undefined) return runtimeFile;
      const folder = path.join(directory(), "runtime");
      mkdirSync(folder);
      runtimeFile = path.join(folder, "main.cjs");
      writeFileSync(runtimeFile, bundleProgram(path.join(__dirname, "runtime", "main.ts")), { mode: 0o444 });
      return runtimeFile;
    },
    async close(usersEnd) {
      closed = true;
      await usersEnd();
      remove();
    },
  };
}

/** Removes the folders of accounts that ended together with their cleaner. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix) || mine.has(name)) continue;
    const owner = Number(/^(\d+)-/.exec(name.slice(prefix.length))?.[1]);
    if (!Number.isInteger(owner) || (owner !== process.pid && runs(owner))) continue;
    try {
      rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
