import { vi } from "vitest";
import type { Account } from "../../local/account.ts";
import { variablesFor } from "./deployed-stack.ts";

/**
 * Lets the commands that a test calls in this process use an account, and other variables, until
 * `vi.unstubAllEnvs`.
 */
export function useAccount(account: Pick<Account, "origin">, others: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries({ ...variablesFor(account), ...others })) vi.stubEnv(name, value);
}
