import type { TrainingMode, TrainingType } from "@aws-sdk/client-personalize";
import type { Caller } from "../../../host/service";
import { arnOf, type Context, generateId } from "../context";
import { JobFailure, limitExceeded } from "../faults";
import { countMetric, measureMetric } from "../metrics";
import type { TrainedModel, TrainingRequest } from "../recommender/data/types";
import { proveKeyAccess } from "../s3/data-role";
import { durations } from "../state/lifecycle";
import { interactionsDataset, type PersonalizeState, type Solution, type SolutionVersion } from "../state/state";
import { createAutomaticUpdates } from "./automatic-update";
import type { CampaignUpdates } from "./campaign-update";
import { trainingRequest } from "./training-data";
import { trainInWorker } from "./training-worker";

/** Versions in progress per Region (guide, "Quotas"). */
const maxRunning = 20;

const isRunning = ({ status }: SolutionVersion) => status === "CREATE PENDING" || status === "CREATE IN_PROGRESS";

interface Training {
  readonly call: Caller;
  readonly solution: Solution;
  readonly version: SolutionVersion;
}

/** Creates solution versions and trains them. */
export interface Trainings {
  /** Throws when the solution cannot train now. */
  create(
    call: Caller,
    solution: Solution,
    how: { name?: string | undefined; trainingMode: TrainingMode; trainingType: TrainingType },
  ): SolutionVersion;
  /** Ends a training that runs. */
  stop(version: SolutionVersion): void;
}

export function createTrainings(context: Context, updates: CampaignUpdates): Trainings {
  const { host, store, lifecycle } = context;
  const stops = new WeakMap<SolutionVersion, AbortController>();
  const keepUpToDate = createAutomaticUpdates(context);
  const begin = lifecycle.step<Training>({
    takes: "training",
    work(training) {
      const stop = new AbortController();
      stops.set(training.version, stop);
      return train(context, training, stop.signal);
    },
    finish({ call, solution, version }) {
      updates.followLatest(call, version);
      const state = store.of(call);
      keepUpToDate({
        call,
        solution,
        version,
        isCurrent: () => isLatestFull(state, version),
        isServed: () => state.campaigns.all().some(({ serving }) => serving === version),
      });
    },
  });

  return {
    create(call, solution, how) {
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
        status: "",
        created: now,
        updated: now,
      });
      begin(version, `training of ${solution.name}`, { call, solution, version });
      return version;
    },
    stop: (version) => stops.get(version)?.abort(),
  };
}

/** Trains, and reports it; the training hours are the account's time. */
async function train(context: Context, { call, solution, version }: Training, signal: AbortSignal): Promise<void> {
  const { host, store } = context;
  const dimensions = { SolutionArn: solution.arn, SolutionVersionArn: version.arn };
  countMetric(host, call, "SolutionTrainingJobRequests", dimensions);
  try {
    if (solution.status !== "ACTIVE") throw new JobFailure(`Solution ${solution.arn} is ${solution.status}.`);
    const previous = version.trainingMode === "UPDATE" ? findLastFull(store.of(call), solution)?.model : undefined;
    await trainVersion(context, { call, solution, version }, { previous, signal });
    version.trainingHours = durations.training / 3_600_000;
    measureMetric(host, call, "SolutionTrainingJobExecutionTime", dimensions, durations.training, "Milliseconds");
  } catch (error) {
    if (signal.aborted) return;
    countMetric(host, call, "SolutionTrainingJobError", dimensions);
    throw error;
  }
}

interface VersionOptions {
  /** UPDATE only: the model that is updated. */
  readonly previous?: TrainedModel | undefined;
  readonly signal?: AbortSignal;
  /** Throws the reason why these data cannot be trained on. */
  readonly refuse?: (request: TrainingRequest) => void;
}

/** Really trains a version on what its group has now, in a separate thread. */
export async function trainVersion(
  context: Context,
  { call, solution, version }: Training,
  { previous, signal, refuse }: VersionOptions,
): Promise<void> {
  const { host, store } = context;
  const state = store.of(call);
  await proveKeyAccess(context, call, state.groups.find(solution.groupArn));
  const dataset = interactionsDataset(state, solution.groupArn);
  if (!dataset) throw new JobFailure(`DatasetGroup ${solution.groupArn} has no Interactions dataset any more.`);
  version.snapshot = dataset.data.snapshot();
  const request = trainingRequest(state, solution, version, { now: host.clock.now(), previous });
  refuse?.(request);
  version.model = await trainInWorker(request, {
    ...(signal && { signal }),
    onProgress: (done, what) => host.emit("training", { solutionVersionArn: version.arn, done, what }),
  });
}

/** The newest version that was fully trained, which UPDATE builds on. */
export const findLastFull = (state: PersonalizeState, solution: Solution) =>
  state.versions
    .where(
      (version) =>
        version.solutionArn === solution.arn && version.trainingMode === "FULL" && version.status === "ACTIVE",
    )
    .at(-1);

const isLatestFull = (state: PersonalizeState, version: SolutionVersion) =>
  state.versions
    .where(
      ({ solutionArn, status, trainingMode }) =>
        solutionArn === version.solutionArn && status === "ACTIVE" && trainingMode === "FULL",
    )
    .at(-1) === version;
