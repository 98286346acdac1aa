import { constants } from "node:os";
import { printError } from "./print";

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Waits for a job that continues in AWS when this process ends. A signal such as Ctrl-C prints what
 * `describe` returns, and ends the process with the code that shells expect: 130 after Ctrl-C.
 */
export async function withInterruption<T>(describe: () => string, work: () => Promise<T>): Promise<T> {
  const end = (signal: (typeof signals)[number]) => {
    // After the terminal's "^C".
    printError(`\n${describe()}`);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.once(signal, end);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}
