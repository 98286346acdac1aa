import { afterAll } from "vitest";
import { type Account, type AccountOptions, startAccount } from "../../account.ts";
import { seed } from "./seed.ts";

/**
 * Starts an account for the tests of a file, whose clock only they move, and closes it after them.
 */
export async function openAccount(options: AccountOptions = {}): Promise<Account> {
  const account = await startAccount({ speed: 0, seed, ...options });
  afterAll(() => account.close());
  return account;
}
