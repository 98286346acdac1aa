import { Fault, notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import type { Statistics } from "./metric-store";

const simple: Readonly<Record<string, (statistics: Statistics) => number>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/**
 * Reads a statistic's name: the five simple ones and percentiles (`p99`, `p99.9`). Others return
 * 501.
 */
export function readStatistic(name: string): (statistics: Statistics) => number | undefined {
  const found = ownValue(simple, name);
  if (found) return found;
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1];
  if (percent !== undefined) return (statistics) => percentile(statistics, Number(percent));
  if (/^(tm|wm|tc|ts|pr|iqm)/i.test(name)) throw notImplemented(`cloudwatch: statistic ${name}`);
  throw new Fault("InvalidParameterValueException", `The value ${name} for parameter Stat is not a statistic.`);
}

/**
 * Nearest rank; data that came as statistic sets has percentiles only when all its values are
 * equal.
 */
function percentile({ values, minimum, maximum, count }: Statistics, percent: number): number | undefined {
  if (!values) return minimum === maximum ? minimum : undefined;
  const rank = Math.max(1, Math.ceil((percent / 100) * count));
  let seen = 0;
  for (const [value, times] of [...values].sort(([a], [b]) => a - b)) {
    seen += times;
    if (seen >= rank) return value;
  }
  return maximum;
}
