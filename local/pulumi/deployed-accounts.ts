import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { usualPort } from "../account/client-environment";
import { ownValue } from "../account/endpoint/record";

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
    of: (stack) => ownValue(read(), stack),
    set: (stack, account) => writeFileSync(file, JSON.stringify({ ...read(), [stack]: account }, null, 2)),
  };
}

const health = z.object({
  /** Another one for each account that began empty. */
  id: z.string(),
  /** The stack that `npm start` deployed. */
  tourStack: z.string().optional(),
});
export type FoundAccount = z.output<typeof health>;

/** Finds the account at an address. Throws when none listens. */
export async function requireAccount(origin: string): Promise<FoundAccount> {
  const response = await fetch(new URL("/_local/health", origin)).catch(() => undefined);
  if (!response) {
    const { port } = new URL(origin);
    const options = port === String(usualPort) ? "" : ` -- --port ${port}`;
    throw new Error(
      `No local account listens on ${origin}. Start one in another terminal: npm start${options} (with the stack dev), ` +
        `or npm run account${options} (empty).`,
    );
  }
  const found = health.safeParse(await response.json().catch(() => undefined));
  if (found.success) return found.data;
  throw new Error(`What listens on ${origin} is no local account. Name another port.`);
}
