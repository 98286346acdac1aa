import type { Call } from "../../../endpoint/service";
import type { Context } from "../context";
import { scheduleDays } from "../recipes/solution-config";
import { interactionsDataset, type PersonalizeState, type Solution } from "../state/state";
import { createVersion } from "./training";

const hour = 3_600_000;
const day = 24 * hour;

/**
 * Starts the schedule of automatic training again, or ends it when the solution has none: the first version within an hour
 * of ACTIVE, unless a user creates one in that time; then one at each turn of the schedule, counted from the first start,
 * when interactions arrived since the last training (guide, "Configuring automatic training").
 */
export function restartAutomaticTraining(context: Context, call: Call, solution: Solution): void {
  solution.stopAutoTraining?.();
  delete solution.stopAutoTraining;
  if (!solution.performAutoTraining) return;
  const { clock } = context.host;
  const label = `personalize: automatic training of ${solution.name}`;
  const period = scheduleDays(solution.config.autoTrainingConfig?.schedulingExpression) * day;
  const plan = (time: number, since: number) => {
    const timer = clock.at(time, label, () => {
      plan(time + period, time);
      trainWhenDue(context, call, solution, since);
    });
    solution.stopAutoTraining = () => timer.cancel();
  };
  plan(clock.now() + hour, clock.now());
}

function trainWhenDue(context: Context, call: Call, solution: Solution, since: number): void {
  const state = context.store.of(call);
  if (state.solutions.get(solution.arn) !== solution || solution.status !== "ACTIVE") return;
  const versions = state.versions.where(({ solutionArn }) => solutionArn === solution.arn);
  if (versions.some(({ created, trainingType }) => trainingType === "MANUAL" && created >= since)) return;
  if (versions.some(({ status }) => /PENDING|IN_PROGRESS/.test(status)) || !hasNews(state, solution)) return;
  createVersion(context, call, solution, { trainingMode: "FULL", trainingType: "AUTOMATIC" });
}

/** Whether interactions arrived since the last version that trained. */
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
