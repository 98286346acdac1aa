import { createInterface } from "node:readline/promises";
import { escapeForTerminal } from "./print";

export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${escapeForTerminal(question)} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

/**
 * Throws when a command will ask and no one can answer. Called when the stack and what else is
 * named are found: a wrong name is the first thing to know.
 */
export function requireSomeoneToAsk(yes: boolean): void {
  if (yes || process.stdin.isTTY) return;
  throw new Error("There is no terminal to ask for confirmation; give --yes. Nothing was done.");
}
