import type { RunningExperiment } from "../messages";

type Result = RunningExperiment["days"][number]["variants"][string];
type Interval = NonNullable<Result["interval"]>;

/**
 * Intervals that are so many times as wide as the last one are left out: next to them it would be a
 * line.
 */
const widest = 6;
const widthOf = ({ lower, upper }: Interval) => upper - lower;

/**
 * Returns what a chart shows of a variant: its uplift at the end of each day, in percent, and the
 * ends of the interval.
 */
export function chartUplift(variant: string, startedAt: string, days: RunningExperiment["days"]) {
  const results = days.map((day) => day.variants[variant]);
  const intervals = results.flatMap((result) => result?.interval ?? []);
  const most = widest * Math.min(...intervals.map(widthOf));
  const shown = results.map((result) => (result?.interval && widthOf(result.interval) <= most ? result : undefined));
  // The start has no values, and makes the end of the only day more than a point.
  const draw = (label: string, colour: string, read: (result: Result) => number | undefined) => ({
    label,
    colour,
    values: [null, ...shown.map((result) => toPercent(result && read(result)))],
  });
  return {
    times: [startedAt, ...days.map(({ until }) => until)].map((time) => Date.parse(time) / 1000),
    lines: [
      draw("upper end", "chart-2", ({ interval }) => interval?.upper),
      draw("uplift", "chart-1", ({ uplift }) => uplift),
      draw("lower end", "chart-2", ({ interval }) => interval?.lower),
      { label: "no difference", values: [0, ...days.map(() => 0)], colour: "chart-3", dashed: true },
    ],
  };
}

const toPercent = (share: number | undefined) => (share === undefined ? null : Number((share * 100).toFixed(2)));
