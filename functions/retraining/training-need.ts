/** Facts about a model's data since its newest version. */
export interface TrainingFacts {
  model: string;
  /** Status of the newest version and when it was begun; absent when the solution has none. */
  newest?: { status: string; createdAt: Date } | undefined;
  /** PutEvents requests since then; each contains one to ten events. */
  eventRequests: number;
  /** Import jobs that became active since then. */
  imports: number;
}

/** Decides whether a training would use new data, and why. */
export function decideTraining(facts: TrainingFacts, leastEventRequests: number): { train: boolean; reason: string } {
  const { model, newest, eventRequests, imports } = facts;
  if (!newest) return { train: true, reason: `${model}: has no version yet` };
  if (newest.status === "CREATE PENDING" || newest.status === "CREATE IN_PROGRESS") {
    return { train: false, reason: `${model}: a training begun at ${newest.createdAt.toISOString()} is still running` };
  }
  const since = `since the version of ${newest.createdAt.toISOString()}`;
  if (imports > 0) return { train: true, reason: `${model}: ${imports} import(s) ${since}` };
  const counted = `${eventRequests} PutEvents request(s) ${since}`;
  return eventRequests >= leastEventRequests
    ? { train: true, reason: `${model}: ${counted}` }
    : { train: false, reason: `${model}: only ${counted}, ${leastEventRequests} needed` };
}
