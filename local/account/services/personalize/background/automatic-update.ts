import type { Caller } from "../../../host/service";
import type { Context } from "../context";
import { type Recipe, recipeArn } from "../recipes/catalogue";
import { findRecipe } from "../recipes/find-recipe";
import { readTrendWindow } from "../recommender/recipes/recipe";
import { reasonOf } from "../state/lifecycle";
import {
  interactionsDataset,
  type PersonalizeState,
  recordsDataset,
  type Solution,
  type SolutionVersion,
} from "../state/state";
import { trainingRequest } from "./training-data";
import { trainInWorker } from "./training-worker";

const twoHours = 7_200_000;

/** A version that is kept up to date. */
interface Served {
  readonly call: Caller;
  readonly solution: Solution;
  readonly version: SolutionVersion;
  /** Returns false when another version has taken its place: the updates end. */
  readonly isCurrent: () => boolean;
  /** Returns whether something serves it now: otherwise an update is left out. */
  readonly isServed: () => boolean;
}
interface Plan extends Served {
  /** The extent of the data that the version has seen. */
  readonly seen: string | undefined;
}

/**
 * Every two hours the service adds new items and feedback to the latest FULL version of
 * User-Personalization, and to the model of "Top picks for you" and "Recommended for you", as long
 * as it is served and there is something new. This creates neither a version nor metrics (guide,
 * "Automatic updates"). A version of Trending-Now is evaluated again as often as its solution says,
 * at least every two hours (guide, "Trending-Now recipe"). Returns the function that begins it for
 * a version.
 */
export function createAutomaticUpdates({ host, store }: Context) {
  const run = async ({ seen, ...served }: Plan) => {
    const { call, solution, version } = served;
    const state = store.of(call);
    if (!served.isCurrent()) return;
    const now = extentOf(state, solution);
    // A trend passes without new data too.
    const hasTrends = Number(version.model?.diagnostics.recentInteractions ?? 0) > 0;
    const isDue = served.isServed() && now !== undefined && (now !== seen || hasTrends);
    plan({ ...served, seen: isDue ? now : seen });
    // A refused update leaves the version as it was; an error of the local account is printed.
    if (isDue) await reasonOf(() => update(state, served, host.clock.now()));
  };
  const plan = (next: Plan) => {
    const time = host.clock.now() + intervalOf(next.version, findRecipe(recipeArn(next.solution.recipe)));
    host.clock.at(time, `personalize: automatic update of ${next.version.arn}`, () => run(next));
  };

  return (served: Served): void => {
    const { call, solution, version } = served;
    if (findRecipe(recipeArn(solution.recipe)).updates === "none" || version.trainingMode !== "FULL") return;
    plan({ ...served, seen: extentOf(store.of(call), solution) });
  };
}

function intervalOf({ config }: SolutionVersion, { updates }: Recipe): number {
  if (updates !== "trends") return twoHours;
  return Math.min(twoHours, 1000 * readTrendWindow(config.featureTransformationParameters ?? {}));
}

/** Weights and metrics stay; items, counts and what can be recommended are those of now. */
async function update(state: PersonalizeState, { solution, version, isCurrent }: Served, now: number): Promise<void> {
  const snapshot = interactionsDataset(state, solution.groupArn)?.data.snapshot();
  const previous = version.model;
  if (!snapshot || !previous) return;
  const updating: SolutionVersion = { ...version, trainingMode: "UPDATE", snapshot };
  const request = trainingRequest(state, solution, updating, { now, previous });
  const model = await trainInWorker(request);
  if (!isCurrent()) return;
  version.model = { ...model, metrics: previous.metrics };
}

/**
 * Describes the amount of data as one text to compare; undefined if the dataset was deleted, which
 * stops the updates.
 */
function extentOf(state: PersonalizeState, solution: Solution): string | undefined {
  const interactions = interactionsDataset(state, solution.groupArn);
  if (!interactions) return undefined;
  const items = recordsDataset(state, solution.groupArn, "ITEMS")?.data;
  const { bulkRows, streamedRows } = interactions.data.snapshot();
  return [bulkRows, streamedRows, items?.bulk.size, items?.streamed.size].join("/");
}
