import type { TrainingMode, TrainingType } from "@aws-sdk/client-personalize";
import type { Caller, Clients, Handlers } from "../../../endpoint/service";
import { keepUpToDate } from "../background/automatic-update";
import { followLatest } from "../background/campaign-update";
import { trainingRequest } from "../background/training-data";
import { trainInWorker } from "../background/training-worker";
import { arnOf, type Context, generatedId } from "../context";
import { alreadyExists, inUse, invalidInput, JobFailure, limitExceeded } from "../faults";
import { countMetric, measureMetric } from "../metrics";
import { recipeArn } from "../recipes/catalogue";
import { tunedParameters } from "../recipes/hyperparameters";
import type { TrainedModel } from "../recommender/types";
import { proveKeyAccess } from "../s3/data-role";
import { durations } from "../state/lifecycle";
import { dates, listPage, requireActive } from "../state/registry";
import { interactionsDataset, type PersonalizeState, type Solution, type SolutionVersion } from "../state/state";
import { findRecipe } from "./recipe";
import { addTags, refuseTooManyTags } from "./tags";

/** Versions in progress per Region (guide, "Quotas"). */
const maxRunning = 20;

const isRunning = ({ status }: SolutionVersion) => status === "CREATE PENDING" || status === "CREATE IN_PROGRESS";

export const summariseVersion = (version: SolutionVersion) => ({
  solutionVersionArn: version.arn,
  status: version.status,
  trainingMode: version.trainingMode,
  trainingType: version.trainingType,
  failureReason: version.failureReason,
  ...dates(version),
});

/** Makes a version and trains it. Throws when the solution cannot train now. */
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
    arn: `${arnOf(call, `solution/${solution.name}`)}/${generatedId(context)}`,
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
    done() {
      followLatest(context, call, version);
      keepUpToDate(context, call, solution, version);
    },
  });
  return version;
}

/** Really trains, in a thread of its own; what the service would bill is the virtual time. */
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
    const previous = version.trainingMode === "UPDATE" ? lastFull(state, solution)?.model : undefined;
    version.model = await trainInWorker(trainingRequest(state, solution, version, previous), {
      signal: version.stop.signal,
      onProgress: (done, what) => host.emit("training", { solutionVersionArn: version.arn, done, what }),
    });
    version.trainingHours = durations.training / 3_600_000;
    measureMetric(host, call, "SolutionTrainingJobExecutionTime", dimensions, durations.training, "Milliseconds");
  } catch (error) {
    if (version.stop.signal.aborted) return;
    countMetric(host, call, "SolutionTrainingJobError", dimensions);
    throw error;
  }
}

/** The newest version with a training of its own, which UPDATE builds on. */
const lastFull = (state: PersonalizeState, solution: Solution) =>
  state.versions
    .where(
      (version) =>
        version.solutionArn === solution.arn && version.trainingMode === "FULL" && version.status === "ACTIVE",
    )
    .at(-1);

export function solutionVersions(context: Context): Handlers<Clients["personalize"]> {
  const { store, lifecycle, host } = context;

  return {
    CreateSolutionVersion({ name, solutionArn, trainingMode = "FULL", tags }, call) {
      if (trainingMode === "AUTOTRAIN")
        throw invalidInput("trainingMode AUTOTRAIN is for versions that the service makes.");
      const state = store.of(call);
      const solution = requireActive(state.solutions.find(solutionArn), "Solution");
      const recipe = findRecipe(recipeArn(solution.recipe));
      if (trainingMode === "UPDATE") {
        if (!recipe.takesUpdate)
          throw invalidInput(`trainingMode UPDATE is not available for the recipe ${recipe.name}.`);
        if (!lastFull(state, solution)) {
          throw invalidInput(`Solution ${solution.arn} has no ACTIVE version of trainingMode FULL to update.`);
        }
      }
      if (name !== undefined) refuseTakenName(state, solution, name);
      refuseTooManyTags(tags);
      const version = createVersion(context, call, solution, { name, trainingMode, trainingType: "MANUAL" });
      addTags(state, version.arn, tags);
      return { solutionVersionArn: version.arn };
    },

    DescribeSolutionVersion({ solutionVersionArn }, call) {
      const state = store.of(call);
      const version = state.versions.find(solutionVersionArn);
      const solution = state.solutions.find(version.solutionArn);
      return {
        solutionVersion: {
          ...summariseVersion(version),
          ...(version.name !== "" && { name: version.name }),
          solutionArn: solution.arn,
          performHPO: solution.performHPO,
          performAutoML: false,
          performIncrementalUpdate: false,
          recipeArn: recipeArn(solution.recipe),
          eventType: solution.eventType,
          datasetGroupArn: solution.groupArn,
          solutionConfig: version.config,
          ...(solution.performHPO && version.model && { tunedHPOParams: tunedIn(version.model, solution, version) }),
          trainingHours: version.trainingHours,
        },
      };
    },

    ListSolutionVersions(input, call) {
      const state = store.of(call);
      const solution = input.solutionArn === undefined ? undefined : state.solutions.find(input.solutionArn);
      const found = state.versions.where(({ solutionArn }) => solution === undefined || solutionArn === solution.arn);
      const { items, nextToken } = listPage(found, input);
      return { solutionVersions: items.map(summariseVersion), nextToken };
    },

    StopSolutionVersionCreation({ solutionVersionArn }, call) {
      const version = store.of(call).versions.find(solutionVersionArn);
      if (version.status === "CREATE PENDING") {
        lifecycle.move(version, "CREATE STOPPED");
        return {};
      }
      if (version.status !== "CREATE IN_PROGRESS") {
        throw inUse(
          `SolutionVersion ${version.arn} is ${version.status}; only a pending or running one can be stopped.`,
        );
      }
      lifecycle.move(version, "CREATE STOPPING");
      version.stop.abort();
      host.clock.at(host.clock.now() + durations.stopping, `personalize: ${version.arn} stops`, () =>
        lifecycle.move(version, "CREATE STOPPED"),
      );
      return {};
    },

    GetSolutionMetrics({ solutionVersionArn }, call) {
      const version = store.of(call).versions.find(solutionVersionArn);
      if (version.status !== "ACTIVE" || !version.model) {
        throw inUse(`SolutionVersion ${version.arn} is ${version.status}; it has metrics once it is ACTIVE.`);
      }
      return { solutionVersionArn: version.arn, metrics: { ...version.model.metrics } };
    },
  };
}

function refuseTakenName(state: PersonalizeState, solution: Solution, name: string): void {
  const taken = state.versions.where((version) => version.solutionArn === solution.arn && version.name === name);
  if (taken.length > 0) throw alreadyExists(`Solution ${solution.arn} has a version named ${name} already.`);
}

const tunedIn = ({ diagnostics }: TrainedModel, solution: Solution, { config }: SolutionVersion) => ({
  algorithmHyperParameters: tunedParameters(findRecipe(recipeArn(solution.recipe)), config, diagnostics),
});
