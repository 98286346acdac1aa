import { chooseVariant, type Experiment } from "../../contract";
import { noArchiveCounts, readArchivedEvents } from "../archive/archived-events";
import type { StackReader } from "../stack/stack";
import type { Progress } from "../terminal/progress";
import type { Totals } from "./analyse";

export type StartedExperiment = Experiment & { readonly startedAt: Date };

export const dayLength = 86_400_000;

/**
 * Counts the visitors since the experiment's start: all with an archived event that the consumer
 * takes.
 */
export async function countVisitors(stack: StackReader, experiment: StartedExperiment, show: Progress["show"]) {
  const { startedAt, goal } = experiment;
  const toDay = (time: Date) => Math.floor((time.getTime() - startedAt.getTime()) / dayLength);
  // S3 and the account may have counted the second of the start differently.
  const lastDay = Math.max(0, toDay(stack.now));
  // The days of each visitor's first event, and of the first with the goal. Numbers, because there
  // may be millions.
  const seen = new Map<string, number>();
  const reached = new Map<string, number>();
  const read = noArchiveCounts();
  for await (const { userId, sessionId, event } of readArchivedEvents(stack, { from: startedAt }, read)) {
    show(`${read.archiveObjects} archive objects read, ${seen.size} visitors found`);
    if (event.sentAt < startedAt) continue;
    // Personalize has one visitor for an id, too, whether it is a user's or a session's.
    const visitor = userId ?? sessionId;
    const day = Math.min(lastDay, toDay(event.sentAt));
    keepFirst(seen, visitor, day);
    if (event.eventType === goal) keepFirst(reached, visitor, day);
  }
  return { read, totals: divide(experiment, lastDay, seen, reached) };
}

/** Events arrive late: a later one may have an earlier day. */
function keepFirst(days: Map<string, number>, visitor: string, day: number): void {
  days.set(visitor, Math.min(day, days.get(visitor) ?? day));
}

type Days = ReadonlyMap<string, number>;

function divide(experiment: StartedExperiment, lastDay: number, seen: Days, reached: Days): Totals {
  const createDays = () => Array.from({ length: lastDay + 1 }, () => ({ visitors: 0, goals: 0 }));
  const totals = Object.fromEntries(Object.keys(experiment.variants).map((name) => [name, createDays()]));
  for (const [visitor, first] of seen) {
    const days = totals[chooseVariant(experiment, { userId: visitor }) ?? ""] ?? [];
    const goal = reached.get(visitor) ?? days.length;
    for (const [day, total] of days.entries()) {
      if (day >= first) total.visitors++;
      if (day >= goal) total.goals++;
    }
  }
  return totals;
}
