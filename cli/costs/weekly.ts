import { programName } from "../../names/layout";
import { countOf } from "../../names/printable";
import { type Prices, priceCharge } from "../../stacks/costs/charges";
import { type Advice, addKnown, type Facts, toLines } from "./facts";
import type { TrainingCosts } from "./trainings";

const day = 86_400_000;

/** Returns a schedule that runs on one day of the week; undefined for one that is not daily. */
export function toWeekly(expression: string): string | undefined {
  if (/^rate\((1 day|24 hours)\)$/.test(expression)) return "rate(7 days)";
  const [, time] = /^cron\((\d+ \d+) (?:\* \* \?|\? \* \*) \*\)$/.exec(expression) ?? [];
  return time === undefined ? undefined : `cron(${time} ? * SUN *)`;
}

/**
 * Days without a newer model after which alarms of a weekly training fire: two trainings may be
 * rejected one after another.
 */
const alarmDays = 15;

/** Advises to train once a week where most nights changed nothing. */
export function adviseWeekly(facts: Facts): Advice[] {
  const { stack, trainings, schedule, config, period, prices } = facts;
  const weekly = schedule?.isOn ? toWeekly(schedule.expression) : undefined;
  if (weekly === undefined) return [];
  const scheduled = trainings.map((each) => countScheduled(each));
  const trained = sumOf(scheduled.map(({ trained: count }) => count));
  const unchanged = sumOf(scheduled.map(({ unchanged: count }) => count));
  const weeks = Math.ceil((Number(period.to) - Number(period.from)) / (7 * day));
  // At most one training of each model in a week remains.
  const saved = scheduled.map(({ trained: count }) => Math.max(0, count - weeks));
  if (unchanged === 0 || sumOf(saved) === 0) return [];
  const costs = trainings.map((each, index) => costOfTrainings(each, saved[index] ?? 0, prices));
  const text =
    `${countOf(unchanged, "training")} of ${trained} by the schedule changed nothing; ` +
    `trained once a week there would have been ${sumOf(saved)} less`;
  const set = (key: string, value: string | number) => ({
    place: { key: `${programName}:${key}`, stack: stack.stack },
    value,
  });
  const { maxModelAgeDays = 0, rejectedDays = 0 } = config.values;
  const changes = [
    set("retrainingSchedule", weekly),
    // Their alarms are for nightly trainings.
    ...(maxModelAgeDays < alarmDays ? [set("maxModelAgeDays", alarmDays)] : []),
    ...(rejectedDays < alarmDays ? [set("rejectedDays", alarmDays)] : []),
  ];
  return [{ text, saves: addKnown(costs), lines: toLines({ config }, changes) }];
}

/** Trainings of a model by the schedule, and those of them whose version did not serve. */
function countScheduled({ decisions }: TrainingCosts) {
  const found = decisions.filter(({ startedBy, candidate }) => startedBy === "schedule" && candidate);
  return { trained: found.length, unchanged: found.filter(({ outcome }) => outcome !== "promoted").length };
}

/** Estimates what some of the trainings cost, by their mean. */
function costOfTrainings({ row, trainings }: TrainingCosts, count: number, prices: Prices | undefined) {
  if (count === 0) return 0;
  if (row.quantity === undefined || trainings === 0) return undefined;
  return priceCharge(row.charge, (row.quantity * count) / trainings, prices);
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
