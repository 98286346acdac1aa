import { chooseVariant, type Experiment } from "../../contract";
import { noArchiveCounts, readArchivedEvents } from "../judge/archived-events";
import type { StackReader } from "../stack/stack";
import type { Progress } from "../terminal/progress";
import type { Count, Totals } from "./analyse";

export interface StartedExperiment extends Experiment {
  readonly startedAt: Date;
  /** The reason why nothing says whether the function answers by it. */
  readonly unreadFunction?: string | undefined;
}

export const dayLength = 86_400_000;

/**
 * Counts the visitors since the experiment's start: all with an archived event that the consumer
 * takes.
 */
export async function countVisitors(stack: StackReader, experiment: StartedExperiment, show: Progress["show"]) {
  const { startedAt, goal } = experiment;
  // The times of each visitor's first event, and of the first with the goal, in seconds since the
  // start. Small numbers, because there may be millions.
  const seen = new Map<string, number>();
  const reached = new Map<string, number>();
  const read = noArchiveCounts();
  for await (const { userId, sessionId, event } of readArchivedEvents(stack, { from: startedAt }, read)) {
    show(`${read.archiveObjects} archive objects read, ${seen.size} visitors found`);
    if (event.sentAt < startedAt) continue;
    // Personalize has one visitor for an id, too, whether it is a user's or a session's.
    const visitor = userId ?? sessionId;
    const time = Math.floor((event.sentAt.getTime() - startedAt.getTime()) / 1_000);
    keepFirst(seen, visitor, time);
    if (event.eventType === goal) keepFirst(reached, visitor, time);
  }
  // S3 and the account may have counted the second of the start differently.
  const now = Math.max(0, stack.now.getTime() - startedAt.getTime()) / 1_000;
  return { read, ...divide(experiment, now, { seen, reached }) };
}

/** Events arrive late: a later one may have an earlier time. */
function keepFirst(times: Map<string, number>, visitor: string, time: number): void {
  times.set(visitor, Math.min(time, times.get(visitor) ?? time));
}

type Times = ReadonlyMap<string, number>;

const daySeconds = dayLength / 1_000;

/**
 * Divides the visitors by variant and by day. Goals of newer visitors do not count yet: a variant
 * whose goals come later would look worse.
 */
function divide(
  experiment: StartedExperiment,
  now: number,
  { seen, reached }: { readonly seen: Times; readonly reached: Times },
) {
  const lastDay = Math.floor(now / daySeconds);
  const groups = new Map(Object.keys(experiment.variants).map((name) => [name, new Group(lastDay)]));
  for (const [visitor, first] of seen) {
    const group = groups.get(chooseVariant(experiment, { userId: visitor }) ?? "");
    const settled = first + experiment.settleDays * daySeconds;
    group?.add({ first, settled: settled <= now ? settled : undefined, goal: reached.get(visitor) });
  }
  const mapGroups = <T>(read: (group: Group) => T) =>
    Object.fromEntries(Array.from(groups, ([name, group]) => [name, read(group)]));
  return {
    totals: mapGroups((group) => group.addUp()) satisfies Totals,
    /** Absent for a variant without a settled visitor who reached the goal. */
    goalAges: mapGroups((group) => group.findGoalAge()),
  };
}

interface Visitor {
  readonly first: number;
  /** Absent while the visitor is not settled. */
  readonly settled: number | undefined;
  readonly goal: number | undefined;
}

/** The visitors of a variant. */
class Group {
  readonly #days: { visitors: number; settled: number; goals: number }[];
  /** From the first event to the goal, in seconds. */
  readonly #ages: number[] = [];

  constructor(lastDay: number) {
    this.#days = Array.from({ length: lastDay + 1 }, () => ({ visitors: 0, settled: 0, goals: 0 }));
  }

  add({ first, settled, goal }: Visitor): void {
    this.#dayOf(first).visitors++;
    if (settled === undefined) return;
    // A visitor who is settled at the end of a day counts on that day.
    this.#dayOf(Math.max(0, settled - 1)).settled++;
    if (goal === undefined) return;
    this.#dayOf(Math.max(goal, settled - 1)).goals++;
    this.#ages.push(goal - first);
  }

  #dayOf(time: number) {
    const day = this.#days[Math.min(Math.floor(time / daySeconds), this.#days.length - 1)];
    if (day === undefined) throw new RangeError(`No day has the time ${time}.`);
    return day;
  }

  /** Adds to each day those before it. */
  addUp(): Count[] {
    let sum: Count = { visitors: 0, settled: 0, goals: 0 };
    return this.#days.map(({ visitors, settled, goals }) => {
      sum = { visitors: sum.visitors + visitors, settled: sum.settled + settled, goals: sum.goals + goals };
      return sum;
    });
  }

  /** Returns the days after which nine tenths of the goals came. */
  findGoalAge(): number | undefined {
    const ages = this.#ages.sort((one, other) => one - other);
    const seconds = ages[Math.ceil(0.9 * ages.length) - 1];
    return seconds === undefined ? undefined : seconds / daySeconds;
  }
}
