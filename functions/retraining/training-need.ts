import type { NewEvents } from "./new-events";

/** Facts about a model's data since its newest version. */
export interface TrainingFacts {
  model: string;
  /** Status of the newest version and when it was begun; absent when the solution has none. */
  newest?: { status: string; createdAt: Date } | undefined;
  /** Data that arrived since then. */
  events: NewEvents;
  /** Import jobs that became active since then. */
  imports: number;
}

/** Decides whether a training would use new data, and why. */
export function decideTraining(facts: TrainingFacts, leastNewEvents: number): { train: boolean; reason: string } {
  const { model, newest, events, imports } = facts;
  if (!newest) return { train: true, reason: `${model}: has no version yet` };
  if (newest.status === "CREATE PENDING" || newest.status === "CREATE IN_PROGRESS") {
    return { train: false, reason: `${model}: a training begun at ${newest.createdAt.toISOString()} is still running` };
  }
  const since = `since the version of ${newest.createdAt.toISOString()}`;
  if (imports > 0) return { train: true, reason: `${model}: ${imports} import(s) ${since}` };
  if (events.uncounted > 0) {
    const reason = `${model}: ${events.uncounted} record(s) on the stream ${since}, but no count of delivered events; check the log of ingest-events`;
    return { train: true, reason };
  }
  const counted = `${events.delivered} new event(s) ${since}`;
  return events.delivered >= leastNewEvents
    ? { train: true, reason: `${model}: ${counted}` }
    : { train: false, reason: `${model}: only ${counted}, ${leastNewEvents} needed` };
}
