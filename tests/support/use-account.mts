import { vi } from "vitest";
import type { Account } from "../../local/account.ts";
import { variablesFor } from "./deployed-stack.ts";

/** Lets the commands that a test calls in this process use an account, until `vi.unstubAllEnvs`. */
export function useAccount(account: Pick<Account, "origin">): void {
  for (const [name, value] of Object.entries(variablesFor(account))) vi.stubEnv(name, value);
}
