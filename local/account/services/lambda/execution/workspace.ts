import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleProgram } from "../../../processes/bundle";
import { removeWithThisProcess } from "../../../processes/cleaner";

/** The account's folder below the temporary folder. */
export interface Workspace {
  /** Made when it is first asked for. */
  directory(): string;
  /** The runtime of functions as one file that Node.js runs. */
  runtimeFile(): string;
  /** Refuses new users of the folder, waits until those that it has ended, and removes it. */
  close(usersEnd: () => Promise<unknown>): Promise<void>;
}

export function createWorkspace(): Workspace {
  let root: string | undefined;
  let runtimeFile: string | undefined;
  let closed = false;

  const directory = () => {
    if (closed) throw new Error("Lambda: the account is closed, and the folder of its functions is removed.");
    if (root !== undefined) return root;
    root = realpathSync(mkdtempSync(path.join(tmpdir(), `local-account-lambda-${process.pid}-`)));
    removeWithThisProcess(root);
    // Without a cleaner, at least an orderly end removes the folder.
    process.once("exit", remove);
    return root;
  };
  const remove = () => {
    if (root === undefined) return;
    try {
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // The cleaner removes it when this process ends. Why the account is closed matters more than a folder.
    }
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
