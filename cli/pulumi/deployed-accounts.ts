import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { ownValue } from "../record";

const contents = z.record(z.string(), z.string());

/**
 * Remembers in a file to which account each stack was deployed, by the stack's full name, to notice that the account was
 * started again, empty.
 */
export function openDeployedAccounts(file: string) {
  const read = () => (existsSync(file) ? contents.parse(JSON.parse(readFileSync(file, "utf8"))) : {});
  return {
    of: (stack: string): string | undefined => ownValue(read(), stack),
    set: (stack: string, account: string) =>
      writeFileSync(file, JSON.stringify({ ...read(), [stack]: account }, null, 2)),
  };
}
