// Random lives of a model, and what they cost by docs/costs.md: apart from the command's code,
// minute by minute. The service and the metrics answer what they would of such a life.
import fc from "fast-check";

export const minute = 60_000;
export const hour = 60 * minute;
const day = 24 * hour;
export const end = Date.UTC(2026, 5, 30, 12);

/** A campaign from its creation to its deletion, with the minimums that it had. */
interface Campaign {
  readonly solution: number;
  readonly from: number;
  to: number;
  readonly minimums: { readonly since: number; readonly value: number }[];
  /** It ended as the stack fell asleep. */
  isRested: boolean;
}

export interface History {
  readonly days: number;
  readonly campaigns: readonly Campaign[];
  readonly solutions: readonly { readonly createdAt: number; readonly isV2: boolean }[];
  /** The values of the parameter `asleep`; undefined in a stack of a version without it. */
  readonly asleep: readonly { readonly value: boolean; readonly at: number }[] | undefined;
  readonly isAsleep: boolean;
  readonly update: { readonly status: string; readonly at: number } | undefined;
  /** Requests of callers per second in each hour. */
  readonly rates: readonly number[];
  /** Without them, nothing of the past is known. */
  readonly hasReports: boolean;
}

const step = fc.record({
  kind: fc.constantFrom("minimum", "failed update", "recipe", "rest", "deletion", "promotion", "nothing"),
  after: fc.integer({ min: 3 * 60, max: 12 * 24 * 60 }),
  lasts: fc.integer({ min: 60, max: 4 * 24 * 60 }),
  minimum: fc.integer({ min: 1, max: 8 }),
});

export const history: fc.Arbitrary<History> = fc
  .record({
    days: fc.integer({ min: 1, max: 60 }),
    age: fc.integer({ min: 1, max: 80 * 24 * 60 }),
    steps: fc.array(step, { maxLength: 10 }),
    first: fc.integer({ min: 1, max: 4 }),
    isV2: fc.boolean(),
    isOlder: fc.boolean(),
    hasReports: fc.boolean(),
    isRunning: fc.boolean(),
    rates: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 12, noNaN: true })), {
      minLength: 1,
      maxLength: 30,
    }),
  })
  .map(live);

interface Plan {
  readonly days: number;
  readonly age: number;
  readonly steps: readonly { kind: string; after: number; lasts: number; minimum: number }[];
  readonly first: number;
  readonly isV2: boolean;
  readonly isOlder: boolean;
  readonly hasReports: boolean;
  readonly isRunning: boolean;
  readonly rates: readonly number[];
}

function live({ days, age, steps, first, isV2, isOlder, hasReports, isRunning, rates }: Plan): History {
  const training = 90 * minute;
  let time = end - age * minute;
  const solutions = [{ createdAt: time - training, isV2 }];
  const campaigns: Campaign[] = [];
  const asleep = [{ value: false, at: time + 10 * minute }];
  let update: History["update"];
  const create = (from: number, value: number) => {
    const campaign = {
      solution: solutions.length - 1,
      from,
      to: end,
      minimums: [{ since: from, value }],
      isRested: false,
    };
    campaigns.push(campaign);
    update = undefined;
    return campaign;
  };
  let present = create(time, first);
  let isAsleep = false;
  const presentMinimum = () => present.minimums.at(-1)?.value ?? 1;
  for (const { kind, after, lasts, minimum } of steps) {
    time += after * minute;
    const until = time + lasts * minute;
    if (until + training + hour >= end) break;
    if (kind === "minimum") present.minimums.push({ since: time + 10 * minute, value: minimum });
    if (kind === "minimum" || kind === "promotion") update = { status: "ACTIVE", at: time + 10 * minute };
    if (kind === "failed update") update = { status: "CREATE FAILED", at: time + 10 * minute };
    if (kind === "recipe") {
      solutions.push({ createdAt: time, isV2: !solutions.at(-1)?.isV2 });
      time += training;
      present.to = time + 20 * minute;
      present = create(time, presentMinimum());
    }
    if ((kind === "rest" && !isOlder) || kind === "deletion") {
      present.to = time;
      present.isRested = kind === "rest";
      if (kind === "rest") asleep.push({ value: true, at: time + 5 * minute });
      present = create(until, minimum);
      if (kind === "rest") asleep.push({ value: false, at: until + 10 * minute });
      time = until;
    }
    time += 15 * minute;
  }
  if (isRunning && update === undefined && time + hour < end) update = { status: "CREATE IN_PROGRESS", at: end };
  if (isRunning && isOlder === false && age % 3 === 0 && time + 2 * hour < end) {
    present.to = time + hour;
    present.isRested = true;
    asleep.push({ value: true, at: present.to + 5 * minute });
    isAsleep = true;
  }
  return { days, campaigns, solutions, asleep: isOlder ? undefined : asleep, isAsleep, update, rates, hasReports };
}

const minimumAt = ({ minimums }: Campaign, time: number): number =>
  minimums.filter(({ since }) => since <= time).at(-1)?.value ?? minimums[0]?.value ?? 0;

export const periodOf = ({ days }: History) => ({ from: new Date(end - days * day), to: new Date(end) });

/** Requests of each window of five minutes in which a campaign of a solution was there. */
export function requestsOf({ campaigns, rates }: History, solution: number): Map<number, number> {
  const found = new Map<number, number>();
  for (const campaign of campaigns.filter((each) => each.solution === solution)) {
    for (
      let time = Math.ceil(campaign.from / (5 * minute)) * 5 * minute;
      time + 5 * minute <= campaign.to;
      time += 5 * minute
    ) {
      const rate = rates[Math.floor(time / hour) % rates.length] ?? 0;
      if (rate > 0) found.set(time, Math.round(rate * 300));
    }
  }
  return found;
}

/** The reports of each hour, at its seventh minute: the newest campaign's. */
export function reportsOf({ campaigns, hasReports }: History): { time: number; value: number }[] {
  const first = campaigns[0]?.from ?? end;
  const reports = [];
  for (let time = Math.ceil(first / hour) * hour + 7 * minute; hasReports && time < end; time += hour) {
    // A new campaign is asked when it serves and the functions know it.
    const campaign = campaigns.filter(({ from, to }) => from + 10 * minute <= time && time < to).at(-1);
    if (campaign) {
      reports.push({ time: Math.floor(time / (5 * minute)) * 5 * minute, value: minimumAt(campaign, time) });
    }
  }
  return reports;
}

/**
 * Counts the true TPS-hours of a solution's campaigns in the period, minute by minute, and how many
 * of them nothing that can be read shows: an hour before the first report of a life and after its
 * last one, an hour around a change.
 */
export function countTrue(given: History, solution: number): { hours: number; hidden: number; campaigns: number } {
  const { from, to } = periodOf(given);
  const requests = requestsOf(given, solution);
  const isPresent = (campaign: Campaign) => campaign === given.campaigns.at(-1) && !given.isAsleep;
  const sum = { hours: 0, hidden: 0, campaigns: 0 };
  for (const campaign of given.campaigns.filter((each) => each.solution === solution)) {
    const begin = Math.max(campaign.from, Number(from));
    const until = Math.min(campaign.to, Number(to));
    if (until <= begin) continue;
    sum.campaigns++;
    const most = Math.max(...campaign.minimums.map(({ value }) => value), ...given.rates);
    const ends = isPresent(campaign) ? 0 : 2.5;
    sum.hidden += most * (ends + 1.1 * (campaign.minimums.length - 1));
    for (let window = Math.floor(begin / (5 * minute)) * 5 * minute; window < until; window += 5 * minute) {
      let minimum = 0;
      for (let time = Math.max(window, begin); time < Math.min(window + 5 * minute, until); time += minute) {
        minimum += minimumAt(campaign, time) / 5;
      }
      sum.hours += Math.max(minimum, (requests.get(window) ?? 0) / 300) / 12;
    }
  }
  return sum;
}
