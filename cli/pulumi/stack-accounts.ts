import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateFolder } from "./environment";

const folder = join(stateFolder, "accounts");

const fileOf = (stack: string): string => join(folder, encodeURIComponent(stack));

/**
 * The local account with which a stack's state agrees, by the stack's full name. An account that
 * was started again is empty, and the state does not say of which one it is. Undefined where it is
 * not known.
 */
export function readStackAccount(stack: string): string | undefined {
  try {
    return readFileSync(fileOf(stack), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export function noteStackAccount(stack: string, account: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(stack), account);
}

export function forgetStackAccount(stack: string): void {
  rmSync(fileOf(stack), { force: true });
}
