import { recipes } from "../../dynamic-providers/checks/recipes";
import { physicalName } from "../../names/physical-names";
import { countOf } from "../../names/printable";
import type { Prices } from "../../stacks/costs/charges";
import { listVersions } from "../stack/campaign";
import { type Decision, readDecisionsIn } from "../stack/decisions";
import { isRunning } from "../stack/job";
import type { TimeRange } from "../stack/metrics";
import type { StackReader } from "../stack/stack";
import type { CostlyModel } from "./models";
import type { CostRow } from "./rows";
import type { Solution } from "./solutions";

/** The trainings of a solution in a time. */
export interface TrainingCosts {
  /** The model, or `baseline`, or the name of a solution that no model has. */
  readonly of: string;
  readonly row: CostRow;
  readonly trainings: number;
  readonly decisions: readonly Decision[];
}

interface Trained {
  readonly solutions: readonly Solution[];
  readonly models: readonly CostlyModel[];
  /** Names of models that the stack has no more. */
  readonly removed: readonly string[];
}

/**
 * Reads the trainings of each solution of a stack, with what was decided on their versions, and
 * those of solutions that are gone, as far as there are decisions on them.
 */
export async function readTrainings(
  stack: StackReader,
  { solutions, models, removed }: Trained,
  prices: Prices | undefined,
  period: TimeRange,
): Promise<TrainingCosts[]> {
  const owners = new Map<string, string>([[physicalName(stack, "baseline"), "baseline"]]);
  for (const { name, solution } of models) if (solution) owners.set(solution.name, name);
  const decided = new Map<string, readonly Decision[]>();
  for (const name of [...models.map((model) => model.name), ...removed]) {
    decided.set(name, await readDecisionsIn(stack, name, period));
  }
  const found: TrainingCosts[] = [];
  for (const solution of solutions) {
    const of = owners.get(solution.name) ?? solution.name;
    found.push(await readTraining(stack, { solution, of, decisions: decided.get(of) ?? [] }, prices, period));
  }
  for (const [of, decisions] of decided) found.push(...describeReplaced(of, decisions, solutions));
  return found;
}

const solutionOf = (versionArn: string) => versionArn.split("/").slice(0, 2).join("/");

/** The rows of solutions that are gone: the service no longer says the hours of their trainings. */
function describeReplaced(of: string, decisions: readonly Decision[], solutions: readonly Solution[]): TrainingCosts[] {
  const gone = new Map<string, Set<string>>();
  for (const decision of decisions) {
    const { candidate } = decision;
    if (!candidate || !isOnTraining(decision) || solutions.some(({ arn }) => arn === solutionOf(candidate))) continue;
    const versions = gone.get(solutionOf(candidate)) ?? new Set();
    gone.set(solutionOf(candidate), versions.add(candidate));
  }
  return Array.from(gone, ([arn, versions]) => {
    const name = arn.split("/").at(-1);
    const note = `${countOf(versions.size, "training")} or more of the solution ${name}, which is gone: not counted`;
    const row: CostRow = { charge: "trainings", of, quantity: undefined, notes: [note] };
    return { of, row, trainings: 0, decisions: [] };
  });
}

/** A rollback trains nothing. */
const isOnTraining = ({ rollback, outcome }: Decision) => !rollback && outcome !== "rolled back";

async function readTraining(
  stack: StackReader,
  { solution, of, decisions }: { solution: Solution; of: string; decisions: readonly Decision[] },
  prices: Prices | undefined,
  { from, to }: TimeRange,
): Promise<TrainingCosts> {
  const versions = (await listVersions(stack, solution.arn)).filter(
    ({ createdAt }) => createdAt >= from && createdAt < to,
  );
  const deleted = decisions.filter(
    (decision) =>
      decision.candidate?.startsWith(`${solution.arn}/`) &&
      isOnTraining(decision) &&
      !versions.some(({ arn }) => arn === decision.candidate),
  );
  const notes = versions.length > 0 ? [describeDecisions(versions, decisions)] : [];
  if (deleted.length > 0) {
    notes.push(`${countOf(deleted.length, "training")} of versions that were deleted or began earlier: not counted`);
  }
  // Others are of trainings that the row does not have.
  const counted = decisions.filter(({ candidate }) => versions.some(({ arn }) => arn === candidate));
  const common = { of, trainings: versions.length, decisions: counted };
  const chargedBy = solution.recipe && recipes[solution.recipe].chargedBy;
  if (chargedBy === "requests") {
    const trained = versions.filter(({ status }) => status === "ACTIVE").length;
    const each = prices?.millionInteractions;
    const quantity = trained === 0 ? 0 : each === undefined ? undefined : trained * each;
    if (trained > 0) notes.push(describeInteractions(each));
    return { ...common, row: { charge: "interactions", of, quantity, notes } };
  }
  if (chargedBy === undefined) notes.push(`its recipe is not one of this program: ${solution.recipeArn}`);
  const { hours, unknown } = await sumHours(stack, versions);
  if (unknown > 0) notes.push(`${countOf(unknown, "training")} without hours: failed, stopped, or running`);
  return { ...common, row: { charge: "trainings", of, quantity: chargedBy && hours, notes } };
}

const describeInteractions = (each: number | undefined) =>
  each === undefined
    ? "nothing says how many interactions a training used: set millionInteractions of prices"
    : `nothing says how many interactions a training used: ${each} million each, as millionInteractions of prices has it`;

/**
 * Adds up the hours that the service bills (API reference, SolutionVersion, trainingHours: "You are
 * billed for the time it takes to train a model"), which it names after a success only.
 */
async function sumHours({ call }: StackReader, versions: readonly { readonly arn: string; readonly status: string }[]) {
  let hours = 0;
  let unknown = 0;
  for (const { arn, status } of versions) {
    const description = isRunning({ status })
      ? undefined
      : await call("personalize", "DescribeSolutionVersion", { solutionVersionArn: arn });
    const known = description?.solutionVersion?.trainingHours;
    if (known === undefined) unknown++;
    else hours += known;
  }
  return { hours, unknown };
}

function describeDecisions(versions: readonly { readonly arn: string }[], decisions: readonly Decision[]): string {
  const counts = new Map<string, number>();
  for (const { arn } of versions) {
    const outcome = decisions.find(({ candidate, rollback }) => candidate === arn && !rollback)?.outcome;
    const word = outcome ?? "without a decision";
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const outcomes = Array.from(counts, ([outcome, count]) => `${count} ${outcome}`);
  return countOf(versions.length, "training") + (outcomes.length > 0 ? `: ${outcomes.join(", ")}` : "");
}
