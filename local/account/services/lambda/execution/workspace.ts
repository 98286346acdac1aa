import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
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

/** Adds what to do to an error of the temporary folder, such as ENOSPC. */
export function explainFiles(error: unknown): Error {
  return new Error(
    `The account cannot write to the temporary folder ${tmpdir()}: ${(error as Error).message}. ` +
      "Free space there, or name another folder in TMPDIR.",
    { cause: error },
  );
}

function explain<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw explainFiles(error);
  }
}

export function createWorkspace(): Workspace {
  let root: string | undefined;
  let runtimeFile: string | undefined;
  let closed = false;

  const directory = () => {
    if (closed) throw new Error("Lambda: the account is closed, and the folder of its functions is removed.");
    if (root !== undefined) return root;
    root = explain(() => realpathSync(mkdtempSync(path.join(tmpdir(), `local-account-lambda-${process.pid}-`))));
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
      // The cleaner removes it when this process ends. Why the account is closed matters more than
      // a folder.
    }
    process.off("exit", remove);
    root = undefined;
  };

  /** Not at once: thousands of files would stop other accounts of this process for seconds. */
  const removeBeside = async () => {
    if (root === undefined) return;
    await rm(root, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
    process.off("exit", remove);
    root = undefined;
  };

  return {
    directory,
    runtimeFile() {
      if (runtimeFile !== undefined) return runtimeFile;
      const folder = path.join(directory(), "runtime");
      const file = path.join(folder, "main.cjs");
      const program = bundleProgram(path.join(__dirname, "runtime", "main.ts"));
      explain(() => {
        // An attempt that failed may have left a part.
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
        writeFileSync(file, program, { mode: 0o444 });
      });
      runtimeFile = file;
      return runtimeFile;
    },
    async close(usersEnd) {
      closed = true;
      await usersEnd();
      await removeBeside();
    },
  };
}
