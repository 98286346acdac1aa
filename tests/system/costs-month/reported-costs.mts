import { expect } from "vitest";
import type { DeployedStack } from "../../support/deployed-stack.ts";
import type { Period } from "./measured.mts";

interface Row {
  readonly charge: string;
  readonly of?: string;
  readonly quantity?: number;
  readonly cost?: number;
  readonly notes: readonly string[];
}

/** What the command reports. */
export interface ReportedCosts {
  readonly from: string;
  readonly to: string;
  readonly rows: readonly Row[];
  readonly total: number;
  readonly without: readonly string[];
  readonly advice: readonly { text: string; saves?: number; lines: readonly string[] }[];
}

export async function readCosts({ command }: DeployedStack, ...args: string[]): Promise<ReportedCosts> {
  const { code, out, err } = await command("costs", "--json", ...args);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

export const toPeriod = ({ from, to }: ReportedCosts): Period => ({ from: Date.parse(from), to: Date.parse(to) });

/** The costs of the rows, those without a price left out. */
export const costsOf = ({ rows }: ReportedCosts): Record<string, number> =>
  Object.fromEntries(
    rows.flatMap(({ charge, of, cost }) =>
      cost === undefined ? [] : [[of === undefined ? charge : `${charge} ${of}`, cost]],
    ),
  );
