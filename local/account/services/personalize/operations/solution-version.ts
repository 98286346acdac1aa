import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { findLastFull, type Trainings } from "../background/training";
import type { Context, Input } from "../context";
import { alreadyExists, inUse, invalidInput } from "../faults";
import { recipeArn } from "../recipes/catalogue";
import { findRecipe } from "../recipes/find-recipe";
import { durations } from "../state/lifecycle";
import { dates, listPage, requireActive } from "../state/registry";
import type { PersonalizeState, Solution, SolutionVersion } from "../state/state";
import { addTags, refuseTooManyTags } from "./tags";

export const summariseVersion = (version: SolutionVersion) => ({
  solutionVersionArn: version.arn,
  status: version.status,
  trainingMode: version.trainingMode,
  trainingType: version.trainingType,
  failureReason: version.failureReason,
  ...dates(version),
});

export function solutionVersionHandlers(context: Context, trainings: Trainings) {
  const { host, store, lifecycle } = context;
  return {
    CreateSolutionVersion: (input, call) => createSolutionVersion(context, trainings, input, call),

    DescribeSolutionVersion({ solutionVersionArn }, call) {
      const state = store.of(call);
      const version = state.versions.find(solutionVersionArn);
      const solution = state.solutions.find(version.solutionArn);
      return {
        solutionVersion: {
          ...summariseVersion(version),
          ...(version.name !== "" && { name: version.name }),
          solutionArn: solution.arn,
          performHPO: false,
          performAutoML: false,
          performIncrementalUpdate: false,
          recipeArn: recipeArn(solution.recipe),
          eventType: solution.eventType,
          datasetGroupArn: solution.groupArn,
          solutionConfig: version.config,
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
      trainings.stop(version);
      const stop = () => lifecycle.move(version, "CREATE STOPPED");
      host.clock.at(host.clock.now() + durations.stopping, `personalize: ${version.arn} stops`, stop, "transition");
      return {};
    },

    GetSolutionMetrics({ solutionVersionArn }, call) {
      const version = store.of(call).versions.find(solutionVersionArn);
      if (version.status !== "ACTIVE" || !version.model) {
        throw inUse(`SolutionVersion ${version.arn} is ${version.status}; it has metrics once it is ACTIVE.`);
      }
      return { solutionVersionArn: version.arn, metrics: { ...version.model.metrics } };
    },
  } satisfies Handlers<Clients["personalize"]>;
}

function createSolutionVersion(
  { store }: Context,
  trainings: Trainings,
  { name, solutionArn, trainingMode = "FULL", tags }: Input<"CreateSolutionVersion">,
  call: Call,
) {
  if (trainingMode === "AUTOTRAIN") {
    throw invalidInput("trainingMode AUTOTRAIN is for versions that the service makes.");
  }
  const state = store.of(call);
  const solution = requireUsable(state.solutions.find(solutionArn));
  const recipe = findRecipe(recipeArn(solution.recipe));
  if (trainingMode === "UPDATE") {
    if (!recipe.takesUpdate) throw invalidInput(`trainingMode UPDATE is not available for the recipe ${recipe.name}.`);
    if (!findLastFull(state, solution)) {
      throw invalidInput(`Solution ${solution.arn} has no ACTIVE version of trainingMode FULL to update.`);
    }
  }
  if (name !== undefined) refuseTakenName(state, solution, name);
  refuseTooManyTags(tags);
  const version = trainings.create(call, solution, { name, trainingMode, trainingType: "MANUAL" });
  addTags(state, version.arn, tags);
  return { solutionVersionArn: version.arn };
}

/**
 * A version may be created directly after its solution: 18 of AWS's notebooks do it, and two that
 * were executed show a solution that is ACTIVE within two seconds (`user_segmentation_example`,
 * cells 30 and 62). The API reference asks for ACTIVE, so the version waits for it: its training
 * begins when the solution's creation has ended.
 */
function requireUsable(solution: Solution): Solution {
  return /^CREATE (PENDING|IN_PROGRESS)$/.test(solution.status) ? solution : requireActive(solution, "Solution");
}

function refuseTakenName(state: PersonalizeState, solution: Solution, name: string): void {
  const taken = state.versions.where((version) => version.solutionArn === solution.arn && version.name === name);
  if (taken.length > 0) throw alreadyExists(`Solution ${solution.arn} has a version named ${name} already.`);
}
