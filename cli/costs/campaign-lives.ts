// The times at which a model's campaigns were there. The service describes only what exists now;
// report-model-health reports each hour the minimum of the campaign that exists then.
import type { MetricPoint, TimeRange } from "../stack/metrics";
import { findMinimums, longestGap, type MinimumStep, windowMilliseconds } from "./campaign-hours";

/** A time at which a campaign was there that is not any more. */
export interface EarlierLife {
  readonly life: TimeRange;
  readonly steps: readonly MinimumStep[];
  readonly notes: readonly string[];
  /** It was a campaign of the solution that the model has now, and so had its recipe. */
  readonly isOfSolution: boolean;
  /** What said when it ended: the stack fell asleep, or nothing, and the last report counts. */
  readonly endedBy: "rest" | "report";
}

export interface ReportedLives {
  /** Of the model's minimum, from `readsFrom` on, in any order. */
  readonly reports: readonly MetricPoint[];
  readonly period: TimeRange;
  /** From when on the present campaign is there; without one, the period's end. */
  readonly until: Date;
  /** The times at which the stack fell asleep. */
  readonly rests: readonly Date[];
  /** When the model's solution was created; undefined when it is not known. */
  readonly solutionSince: Date | undefined;
}

/**
 * A campaign can be older than the period: its reports are read so much earlier. A new solution is
 * trained for less than that while the replaced campaign reports.
 */
const before = 48 * 3_600_000;
export const readsFrom = ({ from }: TimeRange): Date => new Date(Number(from) - before);

/**
 * Finds the lives of campaigns before the present one, the oldest first: reports without a gap.
 * What lies before the first and after the last of them, an hour at most, is not known.
 */
export function findEarlierLives(given: ReportedLives): EarlierLife[] {
  const { period, until, rests, solutionSince } = given;
  // The window of the present campaign's creation may have a report of it.
  const reports = given.reports
    .filter(({ time }) => Number(time) + windowMilliseconds <= Number(until))
    .sort((a, b) => Number(a.time) - Number(b.time));
  return splitRuns(reports, rests).flatMap((run): EarlierLife[] => {
    const [first] = run;
    const last = run.at(-1);
    if (!first || !last) return [];
    const rest = rests.find((time) => time > last.time && Number(time) - Number(last.time) <= longestGap);
    const from = new Date(Math.max(Number(first.time), Number(period.from)));
    const to = new Date(Math.min(Number(rest ?? last.time), Number(period.to), Number(until)));
    if (to <= from) return [];
    const inLife = run.filter(({ time }) => time >= from && time < to).reverse();
    const minimum = run.filter(({ time }) => time < to).at(-1) ?? last;
    const { steps, notes } = findMinimums(inLife, minimum.value, undefined, { from, to });
    const isOfSolution = solutionSince !== undefined && first.time >= solutionSince;
    return [{ life: { from, to }, steps, notes, isOfSolution, endedBy: rest ? "rest" : "report" }];
  });
}

/** Splits reports where more than one is missing, and where the stack fell asleep. */
function splitRuns(reports: readonly MetricPoint[], rests: readonly Date[]): MetricPoint[][] {
  const runs: MetricPoint[][] = [];
  for (const report of reports) {
    const previous = runs.at(-1)?.at(-1);
    const goesOn =
      previous !== undefined &&
      Number(report.time) - Number(previous.time) <= longestGap &&
      !rests.some((time) => time > previous.time && time <= report.time);
    if (goesOn) runs.at(-1)?.push(report);
    else runs.push([report]);
  }
  return runs;
}
