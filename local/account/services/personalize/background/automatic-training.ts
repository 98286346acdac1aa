import type { Caller } from "../../../host/service";
import type { Context } from "../context";
import { readTrainingInterval } from "../recipes/solution-config";
import { reasonOf } from "../state/lifecycle";
import { interactionsDataset, type PersonalizeState, type Solution } from "../state/state";
import type { Trainings } from "./training";

const hour = 3_600_000;

/**
 * Creates the function that lets a solution train by itself from now on until it is deleted. The
 * first training starts an hour after the solution is ACTIVE, unless a version is created by hand
 * in this hour. The interval is counted from the start of the first version. A training is left out
 * if no interactions arrived since the last one (guide, "Configuring automatic training").
 */
export function createAutomaticTrainings({ host, store }: Context, trainings: Trainings) {
  const { clock } = host;
  const plan = (call: Caller, solution: Solution, time: number): void => {
    clock.at(time, `personalize: automatic training of ${solution.arn}`, async () => {
      const state = store.of(call);
      if (state.solutions.get(solution.arn) !== solution || solution.status !== "ACTIVE") return;
      plan(call, solution, time + readTrainingInterval(solution.config));
      if (!hasNewInteractions(state, solution)) return;
      // Too many versions in progress: the next time comes.
      await reasonOf(() => trainings.create(call, solution, { trainingMode: "FULL", trainingType: "AUTOMATIC" }));
    });
  };

  return (call: Caller, solution: Solution): void => {
    const time = clock.now() + hour;
    clock.at(time, `personalize: first automatic training of ${solution.arn}`, () => {
      const [first] = versionsOf(store.of(call), solution);
      plan(call, solution, first === undefined ? time : first.created + readTrainingInterval(solution.config));
    });
  };
}

const versionsOf = (state: PersonalizeState, { arn }: Solution) =>
  state.versions.where(({ solutionArn }) => solutionArn === arn);

/** A training in progress has begun with the interactions that were there. */
function hasNewInteractions(state: PersonalizeState, solution: Solution): boolean {
  const now = interactionsDataset(state, solution.groupArn)?.data.snapshot();
  const versions = versionsOf(state, solution);
  const isBusy = versions.some(({ status }) => /PENDING|IN_PROGRESS|STOPPING/.test(status));
  if (isBusy || now === undefined || now.bulkRows + now.streamedRows === 0) return false;
  const last = versions.findLast(({ snapshot }) => snapshot !== undefined)?.snapshot;
  return last?.bulk !== now.bulk || last.bulkRows !== now.bulkRows || last.streamedRows !== now.streamedRows;
}
