import { isatty } from "node:tty";
import { print } from "../../cli/terminal/print";
import type { Account } from "../../local/account";
import { isInForeground, readKeys } from "./keys";

/** Takes keys where a person can press them. */
export function offerKeys(account: Account, stack: string): { close(): void } | undefined {
  if (!isatty(0) || !isInForeground()) return undefined;
  print("Keys: r retrains the models, q quits.");
  return readKeys(process.stdin, {
    keys: {
      async r() {
        try {
          await account.act("retrain", { stack });
          print(`A retraining has started. Its decisions will be in ${account.origin}/#/models`);
        } catch (error) {
          print(`No retraining has started: ${(error as Error).message}`);
        }
      },
    },
    stop: () => process.emit("SIGINT"),
  });
}
