import type { SolutionConfig } from "@aws-sdk/client-personalize";
import { notImplemented } from "../../../aws/fault";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { createAutomaticTrainings } from "../background/automatic-training";
import type { Trainings } from "../background/training";
import { arnOf, type Context, type Input } from "../context";
import { inUse, invalidInput } from "../faults";
import { recipeArn } from "../recipes/catalogue";
import { findRecipe } from "../recipes/find-recipe";
import { refuseWrongConfig } from "../recipes/solution-config";
import type { Begin } from "../state/lifecycle";
import { dates, notBegun, progress, refuseBusy, requireActive } from "../state/registry";
import { interactionsDataset, type PersonalizeState, recordsDataset, type Solution, schemaOf } from "../state/state";
import { summariseVersion } from "./solution-version";
import { addTagged } from "./tags";

export function solutionHandlers(context: Context, trainings: Trainings) {
  const { store, lifecycle } = context;
  const trainAutomatically = createAutomaticTrainings(context, trainings);
  const create = lifecycle.step<Creation>({
    takes: "solution",
    finish({ call, solution }) {
      if (solution.performAutoTraining) trainAutomatically(call, solution);
    },
  });
  const remove = lifecycle.removal<{ state: PersonalizeState; solution: Solution }>(({ state, solution }) => {
    for (const { arn } of versionsOf(state, solution)) {
      state.versions.delete(arn);
      state.tags.delete(arn);
    }
    state.solutions.delete(solution.arn);
    state.tags.delete(solution.arn);
  });
  const update = lifecycle.step<Update>({
    takes: "solution",
    finish({ solution, config }) {
      solution.config = config;
      lifecycle.move(solution, solution.status);
    },
  });
  const summary = (solution: Solution) => ({
    name: solution.name,
    solutionArn: solution.arn,
    status: solution.status,
    recipeArn: recipeArn(solution.recipe),
    ...dates(solution),
  });

  return {
    CreateSolution: (input, call) => createSolution(context, create, input, call),

    DescribeSolution({ solutionArn }, call) {
      const state = store.of(call);
      const solution = state.solutions.find(solutionArn);
      const latest = versionsOf(state, solution).at(-1);
      const { latestUpdate } = solution;
      return {
        solution: {
          ...summary(solution),
          performHPO: false,
          performAutoML: false,
          performAutoTraining: solution.performAutoTraining,
          performIncrementalUpdate: false,
          datasetGroupArn: solution.groupArn,
          eventType: solution.eventType,
          solutionConfig: solution.config,
          ...(latest && { latestSolutionVersion: summariseVersion(latest) }),
          ...(latestUpdate && {
            latestSolutionUpdate: { solutionUpdateConfig: latestUpdate.config, ...progress(latestUpdate) },
          }),
        },
      };
    },

    ListSolutions(input, call) {
      const { solutions, groups } = store.of(call);
      const group = groups.narrowing(input.datasetGroupArn);
      const { items, nextToken } = solutions.page(input, group, ({ groupArn }) => groupArn);
      return { solutions: items.map(summary), nextToken };
    },

    UpdateSolution: (input, call) => updateSolution(context, update, input, call),

    DeleteSolution({ solutionArn }, call) {
      const state = store.of(call);
      const solution = state.solutions.find(solutionArn);
      refuseBusy(solution, "Solution");
      refuseUsed(state, solution);
      remove(solution, `solution ${solution.name}`, { state, solution });
      return {};
    },
  } satisfies Handlers<Clients["personalize"]>;
}

interface Creation {
  readonly call: Call;
  readonly solution: Solution;
}

function createSolution(
  { host, store, quotas }: Context,
  create: Begin<Creation>,
  input: Input<"CreateSolution">,
  call: Call,
) {
  const { name = "", datasetGroupArn, eventType } = input;
  if (input.performHPO) throw notImplemented("personalize:CreateSolution with performHPO");
  if (input.performAutoML) throw notImplemented("personalize:CreateSolution with performAutoML");
  if (input.performIncrementalUpdate) throw notImplemented("personalize:CreateSolution with performIncrementalUpdate");
  if (input.recipeArn === undefined) throw invalidInput("recipeArn is missing.");
  const recipe = findRecipe(input.recipeArn);
  const state = store.of(call);
  const group = requireActive(state.groups.find(datasetGroupArn), "DatasetGroup");
  const arn = arnOf(call, `solution/${name}`);
  state.solutions.refuseTaken(arn);
  state.solutions.refuseOver(quotas.solutions, group.arn, ({ groupArn }) => groupArn === group.arn);
  const interactions = interactionsDataset(state, group.arn);
  if (!interactions) throw invalidInput(`DatasetGroup ${group.arn} has no Interactions dataset.`);
  requireActive(interactions, "Dataset");
  const config = input.solutionConfig ?? {};
  refuseWrongConfig(state, group.arn, recipe, eventType, config);
  const solution = addTagged(state, input.tags, state.solutions, {
    arn,
    name,
    groupArn: group.arn,
    recipe: recipe.name,
    eventType,
    config,
    // The default (API reference, CreateSolution).
    performAutoTraining: input.performAutoTraining ?? true,
    itemColumns: itemColumnsOf(state, group.arn),
    ...notBegun(host),
  });
  create(solution, `solution ${name}`, { call, solution });
  return { solutionArn: arn };
}

/** The columns that a solution knows of for its whole life. */
export function itemColumnsOf(state: PersonalizeState, groupArn: string): readonly string[] | undefined {
  const items = recordsDataset(state, groupArn, "ITEMS");
  return items && schemaOf(state, items).content.fields.map(({ name }) => name);
}

interface Update {
  readonly solution: Solution;
  /** The solution's after the update. */
  readonly config: SolutionConfig;
}

/** Versions train as before until the update is ACTIVE. */
function updateSolution(
  { host, store, undocumented }: Context,
  begin: Begin<Update>,
  {
    solutionArn,
    performAutoTraining,
    performIncrementalUpdate,
    solutionUpdateConfig: given = {},
  }: Input<"UpdateSolution">,
  call: Call,
) {
  if (performIncrementalUpdate) throw notImplemented("personalize:UpdateSolution with performIncrementalUpdate");
  const state = store.of(call);
  const solution = requireActive(state.solutions.find(solutionArn), "Solution");
  if (/PENDING|IN_PROGRESS/.test(solution.latestUpdate?.status ?? "")) {
    throw inUse(`Solution ${solution.arn} is being updated; wait until its latest update has ended.`);
  }
  const isOtherTraining = (performAutoTraining ?? solution.performAutoTraining) !== solution.performAutoTraining;
  if (isOtherTraining || given.autoTrainingConfig) {
    throw notImplemented("personalize:UpdateSolution with another automatic training");
  }
  const isKept = given.eventsConfig?.eventParametersList?.length === 0 && undocumented.removedWeights === "kept";
  const { eventsConfig } = isKept ? solution.config : { ...solution.config, ...given };
  const config = { ...solution.config, eventsConfig };
  refuseWrongConfig(state, solution.groupArn, findRecipe(recipeArn(solution.recipe)), solution.eventType, config);
  const now = host.clock.now();
  solution.latestUpdate = { config: given, status: "", created: now, updated: now };
  begin(solution.latestUpdate, `the update of solution ${solution.name}`, { solution, config });
  return { solutionArn: solution.arn };
}

const versionsOf = (state: PersonalizeState, { arn }: Solution) =>
  state.versions.where(({ solutionArn }) => solutionArn === arn);

/**
 * Campaigns must be deleted first, and no version may be in progress (API reference,
 * DeleteSolution).
 */
function refuseUsed(state: PersonalizeState, solution: Solution): void {
  const campaigns = state.campaigns.where(({ versionArn, latestUpdate }) =>
    [versionArn, latestUpdate?.versionArn].some((used) => used?.startsWith(`${solution.arn}/`)),
  );
  const busy = versionsOf(state, solution).filter(({ status }) => /PENDING|IN_PROGRESS|STOPPING/.test(status));
  const users = [...campaigns, ...busy].map(({ arn }) => arn);
  if (users.length > 0) throw inUse(`Solution ${solution.arn} is used by ${users.join(", ")}.`);
}
