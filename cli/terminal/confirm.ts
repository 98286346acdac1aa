import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
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

/** Ends the command with an error when it will ask and no one can answer. */
export function requireSomeoneToAsk(command: Command, yes: boolean | undefined): void {
  if (!yes && !process.stdin.isTTY) command.error("error: there is no terminal to ask for confirmation; give --yes");
}
