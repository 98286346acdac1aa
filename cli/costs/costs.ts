import { findStack, type ShowOptions } from "../stack/stack";
import { print, printJson } from "../terminal/print";
import { formatCosts } from "./format-costs";
import { readCosts } from "./read-costs";

export interface CostsOptions extends ShowOptions {
  readonly days: number;
}

/** Prints what a stack has cost in the last days, and how it would cost less. */
export async function printCosts({ stack: name, days, json = false }: CostsOptions): Promise<void> {
  const costs = await readCosts(await findStack(name), days);
  if (json) printJson(costs);
  else for (const line of formatCosts(costs)) print(line);
}
