import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { ownValue } from "../record";

const contents = z.record(z.string(), z.string());

/** Remembers in a file to which account a stack was deployed, to notice that the account was started again, empty. */
export interface DeployedAccounts {
  /** The account's id; absent for a stack that was never deployed. */
  of(stack: string): string | undefined;
  set(stack: string, account: string): void;
}

export function openDeployedAccounts(file: string): DeployedAccounts {
  const read = (): Record<string, string> =>
    existsSync(file) ? contents.parse(JSON.parse(readFileSync(file, "utf8"))) : {};
  return {
    of: (stack) => ownValue(read(), stack),
    set: (stack, account) => writeFileSync(file, JSON.stringify({ ...read(), [stack]: account }, null, 2)),
  };
}
