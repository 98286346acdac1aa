import type { Caller } from "../../../host/service";
import type { Context } from "../context";
import { scheduleDays } from "../recipes/solution-config";
import { interactionsDataset, type PersonalizeState, type Solution } from "../state/state";
import type { Trainings } from "./training";

const hour = 3_600_000;
const day = 24 * hour;

interface Plan {
  readonly call: Caller;
  readonly solution: Solution;
  readonly period: number;
  readonly since: number;
}

/** Automatic training of solutions. */
export interface AutomaticTraining {
  /**
   * Starts the schedule again, or ends it when the solution has none: the first version within an hour of ACTIVE, unless a
   * user creates one in that time; then one at each turn of the schedule, counted from the first start, when interactions
   * arrived since the last training (guide, "Configuring automatic training").
   */
  restart(call: Caller, solution: Solution): void;
  stop(solution: Solution): void;
}

export function createAutomaticTraining({ host, store }: Context, trainings: Trainings): AutomaticTraining {
  const planAt = host.timer<Plan>("personalize: automatic training", ({ call, solution, period, since }, time) => {
    plan(time + period, { call, solution, period, since: time });
    trainWhenDue(store.of(call), trainings, call, solution, since);
  });
  const plan = (time: number, next: Plan) => {
    next.solution.autoTraining = planAt(time, `personalize: automatic training of ${next.solution.name}`, next);
  };
  const stop = (solution: Solution) => {
    solution.autoTraining?.cancel();
    delete solution.autoTraining;
  };

  return {
    stop,
    restart(call, solution) {
      stop(solution);
      if (!solution.performAutoTraining) return;
      const period = scheduleDays(solution.config.autoTrainingConfig?.schedulingExpression) * day;
      const now = host.clock.now();
      plan(now + hour, { call, solution, period, since: now });
    },
  };
}

function trainWhenDue(
  state: PersonalizeState,
  trainings: Trainings,
  call: Caller,
  solution: Solution,
  since: number,
): void {
  if (state.solutions.get(solution.arn) !== solution || solution.status !== "ACTIVE") return;
  const versions = state.versions.where(({ solutionArn }) => solutionArn === solution.arn);
  if (versions.some(({ created, trainingType }) => trainingType === "MANUAL" && created >= since)) return;
  if (versions.some(({ status }) => /PENDING|IN_PROGRESS/.test(status)) || !hasNews(state, solution)) return;
  trainings.create(call, solution, { trainingMode: "FULL", trainingType: "AUTOMATIC" });
}

/** Returns whether interactions arrived since the last version that trained. */
function hasNews(state: PersonalizeState, solution: Solution): boolean {
  const dataset = interactionsDataset(state, solution.groupArn);
  if (!dataset) return false;
  const now = dataset.data.snapshot();
  const last = state.versions
    .where(({ solutionArn, snapshot }) => solutionArn === solution.arn && snapshot !== undefined)
    .at(-1);
  const before = last?.snapshot;
  if (!before) return now.bulkRows + now.streamedRows > 0;
  return now.bulk !== before.bulk || now.bulkRows > before.bulkRows || now.streamedRows > before.streamedRows;
}
