import type { Caller } from "../../../endpoint/service";
import type { Context } from "../context";
import { reasonOf } from "../state/lifecycle";
import { shelve } from "../state/model-shelf";
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
const updating = ["aws-user-personalization", "aws-user-personalization-v2"];

/**
 * Every two hours the service adds new items and feedback to the latest FULL version of User-Personalization, as long
 * as a campaign serves it and there is something new. This creates neither a version nor metrics (guide, "Automatic
 * updates").
 */
export function keepUpToDate(context: Context, call: Caller, solution: Solution, version: SolutionVersion): void {
  if (!updating.includes(solution.recipe) || version.trainingMode !== "FULL") return;
  const { clock } = context.host;
  let seen = extentOf(context.store.of(call), solution);
  const plan = () => {
    clock.at(clock.now() + twoHours, `personalize: automatic update of ${version.arn}`, async () => {
      const state = context.store.of(call);
      if (!isLatestFull(state, version)) return;
      plan();
      const now = extentOf(state, solution);
      if (!isServed(state, version) || now === undefined || now === seen) return;
      seen = now;
      // A refused update leaves the version as it was; an error of the local account is printed.
      await reasonOf(() => update(state, solution, version));
    });
  };
  plan();
}

/** Weights and metrics stay; items, counts and what can be recommended are those of now. */
async function update(state: PersonalizeState, solution: Solution, version: SolutionVersion): Promise<void> {
  const snapshot = interactionsDataset(state, solution.groupArn)?.data.snapshot();
  const previous = version.model;
  if (!snapshot || !previous) return;
  const { signal } = version.stop;
  const request = trainingRequest(state, solution, { ...version, trainingMode: "UPDATE", snapshot }, previous);
  const model = await trainInWorker(request, { signal });
  if (state.versions.get(version.arn) !== version) return;
  version.model = shelve({ ...model, metrics: previous.metrics });
}

/** How much data there is, as one text to compare; undefined when the dataset was deleted, which stops the updates. */
function extentOf(state: PersonalizeState, solution: Solution): string | undefined {
  const interactions = interactionsDataset(state, solution.groupArn);
  if (!interactions) return undefined;
  const items = recordsDataset(state, solution.groupArn, "ITEMS")?.data;
  const { bulkRows, streamedRows } = interactions.data.snapshot();
  return [bulkRows, streamedRows, items?.bulk.size, items?.streamed.size].join("/");
}

const isLatestFull = (state: PersonalizeState, version: SolutionVersion) =>
  state.versions
    .where(
      ({ solutionArn, status, trainingMode }) =>
        solutionArn === version.solutionArn && status === "ACTIVE" && trainingMode === "FULL",
    )
    .at(-1) === version;

const isServed = (state: PersonalizeState, version: SolutionVersion) =>
  state.campaigns.all().some(({ serving }) => serving === version);
