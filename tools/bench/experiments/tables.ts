// The tables of docs/experiments.md about how often the judge of experiments is right.
import { findMedianDay, type Scenario, type Shares, simulate } from "./simulation";

/** A row of a table, which checks what it measures. */
export interface Row {
  readonly label: string;
  /** Returns the cells after the label, and what they must be and are not. */
  measure(): { readonly cells: readonly string[]; readonly missed: readonly string[] };
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

const runs = 1_000;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** The most and the least that shares may be. */
interface Bounds {
  /** Of experiments in which the better variant wins or is ahead. */
  readonly seen?: number;
  readonly most?: Partial<Shares>;
}

function rowOf(label: string, scenario: Scenario, { seen = 0, most = {} }: Bounds): Row {
  const measure = () => {
    const shares = simulate(label, scenario, runs);
    const { found, onlyAhead, falseWinner, falseAtEnd, missed } = shares;
    const tooMuch = Object.entries(most).flatMap(([key, bound]) =>
      shares[key as keyof Shares] <= bound ? [] : `${label}: ${key} at most ${percent(bound)}`,
    );
    const tooLittle = found + onlyAhead >= seen ? [] : [`${label}: found at least ${percent(seen)}`];
    const cells = [found, onlyAhead, falseWinner, falseAtEnd, missed].map(percent);
    return { cells, missed: [...tooMuch, ...tooLittle] };
  };
  return { label, measure };
}

const rare = { missed: 0.05 };
const noWinner = { most: { ...rare, falseWinner: 0.05 } };
const noFalseWinner = { most: { falseWinner: 0.05 } };
const better = { uplift: 0.05 };
const found = { seen: 0.75, most: rare };

const outcomes: Table = {
  columns: [
    "experiment",
    "the better one wins on some day",
    "one is only ahead, look first",
    "another one wins on some day",
    "another one wins on the last day",
    "an interval leaves out the truth on some day",
  ],
  rows: [
    rowOf("no difference, rate 10 %", {}, noWinner),
    rowOf("no difference, rate 1 %", { rate: 0.01 }, noWinner),
    rowOf("no difference, rate 40 %", { rate: 0.4 }, noWinner),
    rowOf("no difference, 90 and 10 %", { variants: { a: 90, b: 10 } }, noWinner),
    rowOf("no difference, three variants", { variants: { a: 34, b: 33, c: 33 } }, noWinner),
    rowOf("no difference, real shares 49 and 51 %", { real: { a: 49, b: 51 } }, noFalseWinner),
    rowOf("no difference, 5 % of one variant's visitors lose their events", { lost: 0.05 }, noFalseWinner),
    rowOf("the same, a tenth of the visitors have other events", { lost: 0.05, active: [0.1, 0.1] }, noFalseWinner),
    rowOf("+5 %, all visitors have other events", better, found),
    rowOf("+5 %, half of the visitors have", { ...better, active: [0.5, 0.5] }, found),
    rowOf("+5 %, a tenth of the visitors have", { ...better, active: [0.1, 0.1] }, found),
    rowOf("+5 %, a tenth, with the variant two tenths", { ...better, active: [0.1, 0.2] }, found),
    rowOf("+5 %, 5,000 goals in each", { ...better, visitors: 100_000 }, { most: rare }),
    rowOf("+10 %, 5,000 goals in each", { uplift: 0.1, visitors: 100_000 }, found),
    rowOf("+5 %, 90 and 10 %", { ...better, variants: { a: 90, b: 10 } }, { most: rare }),
    rowOf(
      "+5 %, 90 and 10 %, 2.8 times as many visitors",
      { ...better, variants: { a: 90, b: 10 }, visitors: 560_000 },
      found,
    ),
    rowOf("+5 % of a rate of 1 %, two million visitors", { ...better, rate: 0.01, visitors: 2e6 }, found),
    ...[0.2, 0.15, 0.1].map((uplift) =>
      rowOf(
        `+${Math.round(uplift * 100)} % in the first six days, then 0`,
        { uplift, lasting: 0.3 },
        { most: { ...rare, falseWinner: 0, disagreed: 0 } },
      ),
    ),
  ],
};

const periods = { stop: { days: 30, moreDays: 30 }, go: { days: 60, moreDays: 0 } };

/** The goals of b come later, and as many visitors reach them. */
function delayRow(delays: readonly [number, number], most = Number.POSITIVE_INFINITY): Row {
  const label = `${delays[0]} and ${delays[1]}`;
  const measure = () => {
    const found = [7, 14].flatMap((settleDays) =>
      Object.entries(periods).map(([name, period]) => {
        const scenario = { ...period, visitors: 10_000 * period.days, delays, settleDays };
        return simulate(`${label}, ${settleDays}, ${name}`, scenario, runs).falseWinner;
      }),
    );
    const isRare = found.slice(0, 2).every((share) => share <= most);
    const missed = isRare
      ? []
      : [`goals after ${label} days, settleDays 7: another one wins in at most ${percent(most)}`];
    return { cells: found.map(percent), missed };
  };
  return { label, measure };
}

const delays: Table = {
  columns: [
    "mean days to the goal, by variant",
    "`settleDays` 7, visitors stop",
    "`settleDays` 7, go on",
    "14, stop",
    "14, go on",
  ],
  rows: [delayRow([1, 1.2], 0.12), delayRow([3, 3.5], 0.12), delayRow([1, 2], 0.12), delayRow([2, 5])],
};

/** The days that are simulated. */
const mostDays = 120;
const dayRuns = 200;

function daysRow(visitors: number): Row {
  const label = visitors.toLocaleString("en");
  const measure = () => {
    const cells = [0.02, 0.1].flatMap((rate) =>
      [0.05, 0.1, 0.2].map((uplift) => {
        const scenario = { rate, uplift, visitors: visitors * mostDays, days: mostDays, moreDays: 0 };
        return findMedianDay(`${label}, ${rate}, ${uplift}`, scenario, dayRuns);
      }),
    );
    return { cells: cells.map((day) => (day === undefined ? "none" : String(day))), missed: [] };
  };
  return { label, measure };
}

const days: Table = {
  columns: [
    "visitors a day",
    ...["rate 2 %", "rate 10 %"].flatMap((rate) => ["+5 %", "+10 %", "+20 %"].map((uplift) => `${rate}, ${uplift}`)),
  ],
  rows: [1_000, 2_000, 5_000, 10_000, 20_000].map(daysRow),
};

export const tables: readonly Table[] = [outcomes, delays, days];

export const writeLine = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
