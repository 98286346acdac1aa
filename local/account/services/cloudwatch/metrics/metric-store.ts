import type { Dimension } from "@aws-sdk/client-cloudwatch";

/** A metric is its namespace, name and exact set of dimensions. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Statistics of the samples of one minute, or of several put together. */
export interface Statistics {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /**
   * The number of times that each value was seen; absent after a sample that is a statistic set,
   * from which no percentile follows.
   */
  values?: Map<number, number>;
}

export interface Sample {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly values?: readonly (readonly [value: number, count: number])[];
}

interface Series extends MetricId {
  readonly unit: string;
  /** The statistics by the start of their period, for each of `retentions`. */
  readonly tiers: readonly Map<number, Statistics>[];
  latest: number;
}

export interface Window {
  readonly start: number;
  readonly statistics: Statistics;
  readonly unit: string;
}

export const minute = 60_000;
const day = 24 * 60 * minute;
/**
 * Data with a period of a minute are kept for 15 days, then put together to five minutes for 63
 * days, and to an hour for 455 days (API reference, GetMetricData).
 */
const retentions = [
  { period: minute, kept: 15 * day },
  { period: 5 * minute, kept: 63 * day },
  { period: 60 * minute, kept: 455 * day },
];

export const dimensionsOf = (list: readonly Dimension[] = []) =>
  Object.fromEntries(list.map(({ Name = "", Value = "" }) => [Name, Value]));

const keyOf = ({ namespace, name, dimensions }: MetricId) =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** The sample of values, each with the number of times that it was seen: once by default. */
export function createSample(values: readonly number[], counts?: readonly number[]): Sample {
  const pairs = values.map((value, i) => [value, counts?.[i] ?? 1] as const);
  return {
    count: pairs.reduce((sum, [, count]) => sum + count, 0),
    sum: pairs.reduce((sum, [value, count]) => sum + value * count, 0),
    minimum: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    maximum: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    values: pairs,
  };
}

/** The metrics of one account and Region. */
export class MetricStore {
  /** The series by the metric's key, then by unit. */
  readonly #metrics = new Map<string, Map<string, Series>>();

  add(metric: MetricId, unit: string, time: number, sample: Sample): void {
    const key = keyOf(metric);
    const units = this.#metrics.get(key) ?? new Map<string, Series>();
    this.#metrics.set(key, units);
    const series = units.get(unit) ?? { ...metric, unit, tiers: retentions.map(() => new Map()), latest: 0 };
    units.set(unit, series);
    const start = addToTier(series, 0, time, sample);
    if (start > series.latest) {
      series.latest = start;
      rollUp(series);
    }
  }

  /**
   * All metrics in the order in which they came; undefined for those without data within two weeks.
   * None is ever removed.
   */
  *list(now: number): Generator<MetricId | undefined> {
    const oldest = now - 14 * 24 * 60 * minute;
    for (const units of this.#metrics.values()) {
      const recent = [...units.values()].find(({ latest }) => latest > oldest);
      yield recent && { namespace: recent.namespace, name: recent.name, dimensions: recent.dimensions };
    }
  }

  /** The units in which a metric has data. */
  unitsOf(metric: MetricId): string[] {
    return [...(this.#metrics.get(keyOf(metric))?.keys() ?? [])];
  }

  /**
   * The statistics of each period in `[from, to)` that has data. `unit` absent: whatever was put,
   * together.
   */
  read(metric: MetricId, from: number, to: number, period: number, unit?: string): Window[] {
    const windows = new Map<number, { statistics: Statistics; unit: string }>();
    for (const series of this.#metrics.get(keyOf(metric))?.values() ?? []) {
      if (unit !== undefined && series.unit !== unit) continue;
      // Older data have no shorter periods any more.
      const tiers = series.tiers.filter((_, tier) => period % (retentions[tier]?.period ?? 1) === 0);
      for (const [time, statistics] of tiers.flatMap((tier) => [...inRange(tier, from, to)])) {
        const start = from + Math.floor((time - from) / period) * period;
        const known = windows.get(start);
        if (known) addSample(known.statistics, toSample(statistics));
        else windows.set(start, { statistics: fromSample(toSample(statistics)), unit: series.unit });
      }
    }
    return [...windows].sort(([a], [b]) => a - b).map(([start, window]) => ({ start, ...window }));
  }
}

/** Adds a sample to a tier of a series, and returns the start of its period. */
function addToTier({ tiers }: Series, tier: number, time: number, sample: Sample): number {
  const period = retentions[tier]?.period ?? minute;
  const start = Math.floor(time / period) * period;
  const known = tiers[tier]?.get(start);
  if (known) addSample(known, sample);
  else tiers[tier]?.set(start, fromSample(sample));
  return start;
}

/** Moves what is too old for its tier to the next one. */
function rollUp(series: Series): void {
  for (const [index, tier] of series.tiers.entries()) {
    const oldest = series.latest - (retentions[index]?.kept ?? 0);
    for (const [time, statistics] of tier) {
      if (time >= oldest) break;
      tier.delete(time);
      if (index + 1 < retentions.length) addToTier(series, index + 1, time, toSample(statistics));
    }
  }
}

/**
 * The periods of a tier in a range; walks whichever is shorter, the minutes of the range or the
 * data.
 */
function* inRange(tier: ReadonlyMap<number, Statistics>, from: number, to: number): Iterable<[number, Statistics]> {
  if ((to - from) / minute > tier.size) {
    for (const entry of tier) if (entry[0] >= from && entry[0] < to) yield entry;
    return;
  }
  for (let time = Math.ceil(from / minute) * minute; time < to; time += minute) {
    const statistics = tier.get(time);
    if (statistics) yield [time, statistics];
  }
}

const fromSample = ({ count, sum, minimum, maximum, values }: Sample): Statistics => ({
  count,
  sum,
  minimum,
  maximum,
  ...(values && { values: limitValues(countValues(new Map(), values)) }),
});
const toSample = ({ values, ...rest }: Statistics): Sample => ({ ...rest, ...(values && { values: [...values] }) });

function addSample(into: Statistics, sample: Sample): void {
  into.count += sample.count;
  into.sum += sample.sum;
  into.minimum = Math.min(into.minimum, sample.minimum);
  into.maximum = Math.max(into.maximum, sample.maximum);
  if (into.values && sample.values) {
    countValues(into.values, sample.values);
    into.values = limitValues(into.values);
  } else {
    delete into.values;
  }
}

/** Different values of a minute that are kept for percentiles. */
const mostValues = 5_000;

/** Rounds many different values to fewer digits: percentiles are then as exact as these. */
function limitValues(values: Map<number, number>): Map<number, number> {
  let limited = values;
  for (let digits = 3; limited.size > mostValues && digits > 0; digits--) {
    const rounded = Array.from(limited, ([value, count]) => [Number(value.toPrecision(digits)), count] as const);
    limited = countValues(new Map(), rounded);
  }
  return limited;
}

function countValues(counts: Map<number, number>, values: NonNullable<Sample["values"]>): Map<number, number> {
  for (const [value, count] of values) counts.set(value, (counts.get(value) ?? 0) + count);
  return counts;
}
