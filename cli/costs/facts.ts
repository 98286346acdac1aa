import { removeConfig, setConfig } from "../../names/config-command";
import type { Prices } from "../../stacks/costs/charges";
import type { TimeRange } from "../stack/metrics";
import type { RetrainingSchedule } from "../stack/retraining-schedule";
import type { StackReader } from "../stack/stack";
import type { CampaignCosts } from "./campaigns";
import type { Change, GivenConfig } from "./config";
import type { TrainingCosts } from "./trainings";

/** A way to pay less. */
export interface Advice {
  readonly text: string;
  /** The money that it would have saved in the time; absent without the price. */
  readonly saves?: number | undefined;
  /** The commands to run, and `up` after them. */
  readonly lines: readonly string[];
}

/** Adds sums of money; undefined where one is not known. */
export const addKnown = (sums: readonly (number | undefined)[]): number | undefined =>
  sums.reduce<number | undefined>(
    (total, each) => (total === undefined || each === undefined ? undefined : total + each),
    0,
  );

/** Everything that advice is made from. */
export interface Facts {
  readonly stack: StackReader;
  readonly period: TimeRange;
  readonly prices: Prices | undefined;
  readonly config: GivenConfig;
  readonly campaigns: readonly CampaignCosts[];
  readonly trainings: readonly TrainingCosts[];
  readonly schedule: RetrainingSchedule | undefined;
}

/**
 * Writes the commands that change the configuration; where the program would refuse the changed
 * one, a comment says why.
 */
export function toLines({ config }: Pick<Facts, "config">, changes: readonly Change[]): string[] {
  const problems = config.findProblems(changes);
  const lines = changes.flatMap(
    ({ place, value }) => (value === undefined ? removeConfig(place) : setConfig(place, value)) ?? [],
  );
  return [...problems.map((problem) => `# first: ${problem}`), ...lines];
}
