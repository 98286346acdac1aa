import { countOf } from "../../names/printable";
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
  const since = `since its newest version (${newest.createdAt.toISOString().slice(0, 16)}Z)`;
  if (imports > 0) return { train: true, reason: `${model}: ${countOf(imports, "import")} ${since}` };
  if (events.uncounted > 0) {
    const reason = `${model}: ${countOf(events.uncounted, "record")} on the stream ${since}, but no count of delivered events; check the log of ingest-events`;
    return { train: true, reason };
  }
  const { delivered } = events;
  const counted = `${delivered === 0 ? "no new events" : countOf(delivered, "new event")} ${since}`;
  return events.delivered >= leastNewEvents
    ? { train: true, reason: `${model}: ${counted}` }
    : { train: false, reason: `${model}: ${counted}, at least ${leastNewEvents} are needed` };
}
