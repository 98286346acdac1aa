import type { MetricPoint, TimeRange } from "../stack/metrics";

/**
 * The window over which requests are averaged. It is this program's assumption: an earlier API
 * reference had five minutes (CreateCampaign), today's has none.
 */
export const windowMilliseconds = 300_000;
const windowsPerHour = 12;

/** A minimum that a campaign had from a time on. */
export interface MinimumStep {
  readonly since: number;
  readonly minimum: number;
}

/** A campaign's billed use in a time. */
export interface CampaignUse {
  /** The parts of the time in which a campaign of the solution was there, the oldest first. */
  readonly lives: readonly TimeRange[];
  /** Requests by the start of their window. */
  readonly requests: ReadonlyMap<number, number>;
  /** In the order of their times; the first one also counts before its own. */
  readonly minimums: readonly MinimumStep[];
}

/**
 * Counts the TPS-hours of a campaign: in each window the minimum, or the requests per second if
 * they are more (API reference, CreateCampaign: "You are charged for the minimum provisioned TPS
 * or, if your requests exceed the minProvisionedTPS, the actual TPS"). The first and the last
 * window count as far as the campaign was there.
 */
export function countTpsHours({ lives, requests, minimums }: CampaignUse): number {
  let sum = 0;
  for (const { start, from, to } of lives.flatMap((each) => [...listWindows(each)])) {
    const provisioned = averageMinimum(minimums, from, to) * ((to - from) / windowMilliseconds);
    const used = (requests.get(start) ?? 0) / (windowMilliseconds / 1000);
    sum += Math.max(provisioned, used);
  }
  return sum / windowsPerHour;
}

/** The same with another minimum, for all of its life. */
export const countTpsHoursWith = (use: CampaignUse, minimum: number): number =>
  countTpsHours({ ...use, minimums: [{ since: 0, minimum }] });

function* listWindows({ from, to }: TimeRange) {
  const first = Math.floor(Number(from) / windowMilliseconds) * windowMilliseconds;
  for (let start = first; start < Number(to); start += windowMilliseconds) {
    yield { start, from: Math.max(start, Number(from)), to: Math.min(start + windowMilliseconds, Number(to)) };
  }
}

/** The minimum of a window in which it may have changed, by time. */
function averageMinimum(steps: readonly MinimumStep[], from: number, to: number): number {
  let sum = 0;
  for (const [index, { since, minimum }] of steps.entries()) {
    const begin = index === 0 ? from : Math.max(from, since);
    const end = Math.min(to, steps[index + 1]?.since ?? to);
    sum += minimum * Math.max(0, end - begin);
  }
  return to > from ? sum / (to - from) : 0;
}

/** The minimums of a campaign, and what of them is assumed. */
export interface KnownMinimums {
  readonly steps: readonly MinimumStep[];
  readonly notes: readonly string[];
}

/** The minimum is reported each hour; a report can be late. */
export const longestGap = 2 * 3_600_000;

/** The last update of a campaign that exists. */
export interface LastUpdate {
  /** When it ended; while it runs, now. */
  readonly at: Date;
  /** It has not failed, and does not run. */
  readonly isDone: boolean;
}

/**
 * Finds the minimums from the reports of report-model-health, the newest first: the service
 * describes only the present one. Its last update says the exact time of a change, if it lies
 * between two reports, and was not refused.
 */
export function findMinimums(
  reports: readonly MetricPoint[],
  present: number,
  update: LastUpdate | undefined,
  { from, to }: TimeRange,
): KnownMinimums {
  const known = [...reports].reverse().map(({ time, value }) => ({ time: Number(time), minimum: value }));
  const points = [...known, { time: Number(to), minimum: present }];
  const updated = update?.isDone ? Number(update.at) : Number.NaN;
  const steps: MinimumStep[] = [{ since: Number(from), minimum: points[0]?.minimum ?? present }];
  const notes: string[] = [];
  for (const [index, { time, minimum }] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined || before.minimum === minimum) continue;
    const isExact = updated > before.time && updated < time + windowMilliseconds;
    steps.push({ since: isExact ? updated : time, minimum });
    if (!isExact) {
      notes.push(
        `its minimum changed from ${before.minimum} to ${minimum} after ${toText(before.time)}: counted from ${toText(time)}`,
      );
    }
  }
  const first = points[0]?.time ?? Number(to);
  // An update before the time cannot have changed the minimum in it; without one there was none.
  const isSettled = update === undefined || update.at <= from;
  if (first - Number(from) > longestGap && !isSettled) {
    notes.push(
      `its minimum of ${steps[0]?.minimum} is assumed unchanged before ${toText(first)}, from when on it was reported`,
    );
  }
  return { steps, notes };
}

const toText = (time: number) => `${new Date(time).toISOString().slice(0, 16)}Z`;
