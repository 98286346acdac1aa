import type { Dimension } from "@aws-sdk/client-cloudwatch";
import { keptAs, restoreKept } from "../../../keep/kept";

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
  /** How often each value was seen; absent when a sample came as a statistic set, from which no percentile follows. */
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
  /** By the minute's start. */
  readonly minutes: Map<number, Statistics>;
  latest: number;
}

export interface Window {
  readonly start: number;
  readonly statistics: Statistics;
  readonly unit: string;
}

export const minute = 60_000;
/** One-minute data is kept for 15 days (user guide, "Metrics retention"); coarser roll-ups are not kept here. */
const retention = 15 * 24 * 60 * minute;

export const dimensionsOf = (list: readonly Dimension[] = []) =>
  Object.fromEntries(list.map(({ Name = "", Value = "" }) => [Name, Value]));

const keyOf = ({ namespace, name, dimensions }: MetricId) =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

export const createSample = (value: number): Sample => ({
  count: 1,
  sum: value,
  minimum: value,
  maximum: value,
  values: [[value, 1]],
});

/** The metrics of one account and Region, at a resolution of one minute. */
export class MetricStore {
  /** By the metric's key, then by unit. */
  #metrics = new Map<string, Map<string, Series>>();

  add(metric: MetricId, unit: string, time: number, sample: Sample): void {
    const key = keyOf(metric);
    const units = this.#metrics.get(key) ?? new Map<string, Series>();
    this.#metrics.set(key, units);
    const series = units.get(unit) ?? { ...metric, unit, minutes: new Map(), latest: 0 };
    units.set(unit, series);
    const start = Math.floor(time / minute) * minute;
    const known = series.minutes.get(start);
    if (known) addSample(known, sample);
    else series.minutes.set(start, fromSample(sample));
    if (start > series.latest) {
      series.latest = start;
      for (const old of series.minutes.keys()) {
        if (old >= start - retention) break;
        series.minutes.delete(old);
      }
    }
  }

  /** Metrics that had data within two weeks, as ListMetrics shows them. */
  list(now: number): MetricId[] {
    return [...this.#metrics.values()].flatMap((units) => {
      const recent = [...units.values()].find(({ latest }) => latest > now - 14 * 24 * 60 * minute);
      return recent ? [{ namespace: recent.namespace, name: recent.name, dimensions: recent.dimensions }] : [];
    });
  }

  /** The units in which a metric has data. */
  unitsOf(metric: MetricId): string[] {
    return [...(this.#metrics.get(keyOf(metric))?.keys() ?? [])];
  }

  /**
   * The statistics of each period in `[from, to)` that has data. `unit` absent: whatever was put, together.
   */
  read(metric: MetricId, from: number, to: number, period: number, unit?: string): Window[] {
    const windows = new Map<number, { statistics: Statistics; unit: string }>();
    for (const series of this.#metrics.get(keyOf(metric))?.values() ?? []) {
      if (unit !== undefined && series.unit !== unit) continue;
      for (const [time, statistics] of inRange(series, from, to)) {
        const start = from + Math.floor((time - from) / period) * period;
        const known = windows.get(start);
        if (known) addSample(known.statistics, toSample(statistics));
        else windows.set(start, { statistics: fromSample(toSample(statistics)), unit: series.unit });
      }
    }
    return [...windows].sort(([a], [b]) => a - b).map(([start, window]) => ({ start, ...window }));
  }

  [keptAs]() {
    return ["cloudwatch metrics", this.#metrics] as const;
  }

  static restore(store: MetricStore, metrics: Map<string, Map<string, Series>>): void {
    store.#metrics = metrics;
  }
}

restoreKept("cloudwatch metrics", { make: () => new MetricStore(), fill: MetricStore.restore });

/** The minutes of a series in a range; walks whichever is shorter, the range or the data. */
function* inRange({ minutes }: Series, from: number, to: number): Iterable<readonly [number, Statistics]> {
  if ((to - from) / minute > minutes.size) {
    for (const entry of minutes) if (entry[0] >= from && entry[0] < to) yield entry;
    return;
  }
  for (let time = Math.ceil(from / minute) * minute; time < to; time += minute) {
    const statistics = minutes.get(time);
    if (statistics) yield [time, statistics];
  }
}

const fromSample = ({ count, sum, minimum, maximum, values }: Sample): Statistics => ({
  count,
  sum,
  minimum,
  maximum,
  ...(values && { values: new Map(values) }),
});
const toSample = ({ values, ...rest }: Statistics): Sample => ({ ...rest, ...(values && { values: [...values] }) });

function addSample(into: Statistics, sample: Sample): void {
  into.count += sample.count;
  into.sum += sample.sum;
  into.minimum = Math.min(into.minimum, sample.minimum);
  into.maximum = Math.max(into.maximum, sample.maximum);
  if (into.values && sample.values) {
    for (const [value, count] of sample.values) into.values.set(value, (into.values.get(value) ?? 0) + count);
  } else {
    delete into.values;
  }
}
