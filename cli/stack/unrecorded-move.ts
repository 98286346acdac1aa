import { listVersions, readCampaign } from "./campaign";
import { type Decision, readLastMove } from "./decisions";
import { listRuns } from "./retraining-runs";
import { toServiceTime } from "./service-time";
import type { DeployedModel, StackReader } from "./stack";

/** A change of what a campaign serves that no decision has. */
export interface UnrecordedMove {
  /** ARNs of solution versions. */
  readonly from: string;
  readonly to: string;
  /** Back to a version that was trained earlier, as a rollback does. */
  readonly isRollback: boolean;
  readonly movedAt: Date | undefined;
  /** Says which run was stopped, if one is known. */
  readonly reason: string;
}

/** The newest runs among which the stopped one is searched: those of some weeks. */
const searchedRuns = 50;

/**
 * Finds out whether a campaign serves another version than the last decision says: its run was
 * stopped after the update, or a person has updated it. The next run of the state machine records
 * it. Undefined when the records are complete, also while a run is about to write them.
 */
export async function findUnrecordedMove(
  stack: StackReader,
  model: DeployedModel,
): Promise<UnrecordedMove | undefined> {
  const { solutionArn, solutionVersionArn: to, update } = await readCampaign(stack, model);
  const from = (await readLastMove(stack, model.name))?.candidate ?? model.recordedVersion;
  // A `pulumi up` may have replaced the solution, and the campaign with it.
  if (!from || from === to || !from.startsWith(`${solutionArn}/`)) return undefined;
  // An update that runs or has failed is not the one after which this version serves.
  const updatedAt = update?.status === "ACTIVE" ? update.startedAt : undefined;
  const run = updatedAt && (await findRunAt(stack, updatedAt));
  if (run?.status === "RUNNING") return undefined;
  const versions = await listVersions(stack, solutionArn);
  const trainedAt = (version: string) => versions.find(({ arn }) => arn === version)?.createdAt ?? new Date(0);
  const isRollback = trainedAt(to) < trainedAt(from);
  const reason = run
    ? `the run ${run.arn} was stopped (${run.status}) after it had updated the campaign`
    : "a run was stopped after it had updated the campaign, or a person has updated it";
  return { from, to, isRollback, movedAt: updatedAt, reason: `${reason}; the next run records it` };
}

/** Returns the decision that the next run will record, for those who show decisions. */
export const toDecision = (model: string, { from, to, isRollback, movedAt, reason }: UnrecordedMove): Decision => ({
  model,
  outcome: isRollback ? "rolled back" : "promoted",
  reason,
  candidate: to,
  incumbent: from,
  decidedAt: (movedAt ?? new Date(0)).toISOString(),
});

async function findRunAt(stack: StackReader, time: Date) {
  const runs = await listRuns(stack, searchedRuns);
  return runs.find(
    ({ status, startedAt, endedAt }) =>
      // One that succeeded has written its decision.
      status !== "SUCCEEDED" && toServiceTime(startedAt) <= Number(time) && !(endedAt && endedAt < time),
  );
}
