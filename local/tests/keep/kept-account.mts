import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { type Account, type AccountOptions, startAccount } from "../../account/account.ts";

const day = 86_400_000;

/** The account of one test, which keeps its state in a folder. */
export interface KeptAccount {
  readonly folder: string;
  account: Account;
  /** Stops the account and starts another one, by default on its state. */
  restart(options?: AccountOptions): Promise<void>;
  /** Reads before and after a restart, and expects the same answers. */
  expectSame(read: () => Promise<unknown>, keep?: string): Promise<void>;
}

/** Starts an account before each test of the file, and closes it afterwards. */
export function useKeptAccount(): KeptAccount {
  let folder: string;
  let account: Account;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "kept-account-"));
    // Ahead of real time, however slow the machine is: so the clock stands still also during a restart.
    account = await startAccount({ speed: 0, keep: folder, start: Date.now() + day });
  });
  afterEach(async () => {
    await account.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const restart = async (options: AccountOptions = { keep: folder }) => {
    await account.close();
    account = await startAccount(options);
  };
  return {
    get folder() {
      return folder;
    },
    get account() {
      return account;
    },
    set account(other) {
      account = other;
    },
    restart,
    async expectSame(read, keep = folder) {
      const before = await read();
      await restart({ keep });
      expect(await read()).toEqual(before);
    },
  };
}

/** Answers without what is different in each response. */
export async function readAnswers(...calls: Promise<{ $metadata?: unknown }>[]): Promise<unknown[]> {
  return (await Promise.all(calls)).map(({ $metadata: _, ...answer }) => answer);
}
