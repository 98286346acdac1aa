import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const owner = z.object({ pid: z.number(), host: z.string(), since: z.string() });
type Owner = z.infer<typeof owner>;

/** The locks of this process, which can run several accounts. */
const held = new Set<string>();

/**
 * Makes a folder this account's until `release`. Throws if another account has it; one whose process has ended, however it
 * ended, has it no longer.
 */
export function lockFolder(folder: string, since: string): { release(): void } {
  const file = join(folder, "lock");
  const mine = join(folder, `lock-${process.pid}`);
  writeFileSync(mine, JSON.stringify({ pid: process.pid, host: hostname(), since } satisfies Owner));
  try {
    while (!take(mine, file)) {
      const other = readOwner(file);
      if (other && isRunning(other, file)) throw inUse(folder, other);
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
  held.add(file);
  return {
    release() {
      if (held.delete(file)) rmSync(file, { force: true });
    },
  };
}

/** A link is made in one step, with its content. */
function take(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    return owner.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Released meanwhile, or not written by an account.
    return undefined;
  }
}

/** A process on another computer that shares the folder cannot be asked. */
function isRunning({ pid, host }: Owner, file: string): boolean {
  if (host !== hostname()) return true;
  // In a container that was started again, processes have the same numbers.
  if (pid === process.pid) return held.has(file);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const inUse = (folder: string, { pid, host, since }: Owner) =>
  new Error(
    `Process ${pid} on ${host} has used ${folder} since ${since}, and a folder belongs to one account at a time. ` +
      "Stop that account, or choose another folder with --keep.",
  );
