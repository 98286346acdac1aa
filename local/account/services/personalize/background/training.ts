import type { TrainingMode, TrainingType } from "@aws-sdk/client-personalize";
import type { Caller } from "../../../endpoint/service";
import { arnOf, type Context, generateId } from "../context";
import { JobFailure, limitExceeded } from "../faults";
import { countMetric, measureMetric } from "../metrics";
import { proveKeyAccess } from "../s3/data-role";
import { durations } from "../state/lifecycle";
import { shelve } from "../state/model-shelf";
import { interactionsDataset, type PersonalizeState, type Solution, type SolutionVersion } from "../state/state";
import { keepUpToDate } from "./automatic-update";
import { followLatest } from "./campaign-update";
import { trainingRequest } from "./training-data";
import { trainInWorker } from "./training-worker";

/** Versions in progress per Region (guide, "Quotas"). */
const maxRunning = 20;

const isRunning = ({ status }: SolutionVersion) => status === "CREATE PENDING" || status === "CREATE IN_PROGRESS";

/** Creates a version and trains it. Throws when the solution cannot train now. */
export function createVersion(
  context: Context,
  call: Caller,
  solution: Solution,
  how: { name?: string | undefined; trainingMode: TrainingMode; trainingType: TrainingType },
): SolutionVersion {
  const { host, store, lifecycle } = context;
  const state = store.of(call);
  if (state.versions.where(isRunning).length >= maxRunning) {
    throw limitExceeded(`More than ${maxRunning} solution versions with PENDING or IN_PROGRESS status.`);
  }
  const now = host.clock.now();
  const version = state.versions.add({
    arn: `${arnOf(call, `solution/${solution.name}`)}/${generateId(context)}`,
    name: how.name ?? "",
    solutionArn: solution.arn,
    trainingMode: how.trainingMode,
    trainingType: how.trainingType,
    config: solution.config,
    stop: new AbortController(),
    status: "",
    created: now,
    updated: now,
  });
  lifecycle.start(version, {
    takes: "training",
    label: `training of ${solution.name}`,
    work: () => train(context, call, solution, version),
    finish() {
      followLatest(context, call, version);
      keepUpToDate(context, call, solution, version);
    },
  });
  return version;
}

/** Really trains, in a separate thread; the reported training hours are the account's time. */
async function train(context: Context, call: Caller, solution: Solution, version: SolutionVersion): Promise<void> {
  const { host, store } = context;
  const state = store.of(call);
  const dimensions = { SolutionArn: solution.arn, SolutionVersionArn: version.arn };
  countMetric(host, call, "SolutionTrainingJobRequests", dimensions);
  try {
    await proveKeyAccess(host, call, state.groups.find(solution.groupArn));
    const dataset = interactionsDataset(state, solution.groupArn);
    if (!dataset) throw new JobFailure(`DatasetGroup ${solution.groupArn} has no Interactions dataset any more.`);
    version.snapshot = dataset.data.snapshot();
    const previous = version.trainingMode === "UPDATE" ? findLastFull(state, solution)?.model : undefined;
    const model = await trainInWorker(trainingRequest(state, solution, version, previous), {
      signal: version.stop.signal,
      onProgress: (done, what) => host.emit("training", { solutionVersionArn: version.arn, done, what }),
    });
    version.model = shelve(model);
    version.trainingHours = durations.training / 3_600_000;
    measureMetric(host, call, "SolutionTrainingJobExecutionTime", dimensions, durations.training, "Milliseconds");
  } catch (error) {
    if (version.stop.signal.aborted) return;
    countMetric(host, call, "SolutionTrainingJobError", dimensions);
    throw error;
  }
}

/** The newest version that was fully trained, which UPDATE builds on. */
export const findLastFull = (state: PersonalizeState, solution: Solution) =>
  state.versions
    .where(
      (version) =>
        version.solutionArn === solution.arn && version.trainingMode === "FULL" && version.status === "ACTIVE",
    )
    .at(-1);
