import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

/** The id of the account that each stack was last deployed to, by the stack's full name. */
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
    of: (stack) => read()[stack],
    set: (stack, account) => writeFileSync(file, JSON.stringify({ ...read(), [stack]: account }, null, 2)),
  };
}

/** The id of the account at an address; absent when none listens. Every start of an account has another id. */
export async function fetchAccountId(origin: string): Promise<string | undefined> {
  let response: Response;
  try {
    response = await fetch(new URL("/_local/health", origin));
  } catch {
    return undefined;
  }
  const health = z.object({ id: z.string() }).safeParse(await response.json().catch(() => undefined));
  if (!health.success) throw new Error(`What listens on ${origin} is no local account. Set another port with PORT.`);
  return health.data.id;
}
