import { findStack } from "./find-stack";
import { printStatus } from "./print-status";
import { readStatus } from "./stack-status";

export interface StatusOptions {
  readonly stack: string;
  readonly json?: boolean;
}

/** Prints what the stack serves, trains and receives, and which alarms fire. */
export async function showStatus({ stack, json = false }: StatusOptions): Promise<void> {
  const status = await readStatus(await findStack(stack));
  if (json) console.log(JSON.stringify(status));
  else printStatus(status);
}
