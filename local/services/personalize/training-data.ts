import type { SolutionConfig } from "@aws-sdk/client-personalize";
import type { Field } from "./avro-schema";
import { JobFailure } from "./faults";
import { eventAt } from "./interactions";
import type { InteractionTable, ItemTable, TrainedModel, TrainingRequest } from "./recommender/types";
import type { RecordsData } from "./records";
import { eventSelection } from "./solution-config";
import {
  interactionsDataset,
  type PersonalizeState,
  recordsDataset,
  type Solution,
  type SolutionVersion,
  schemaOf,
} from "./state";
import type { Table } from "./table";

/** Of the split and every sampling: one number, so that two versions are measured on the same users. */
const seed = 7;
/** More make the training fail (guide, "Quotas"). */
const maxEventTypes = 10;

/** Puts together what a version is trained on: bulk rows first, then streamed ones that have a user. */
export function trainingRequest(
  state: PersonalizeState,
  solution: Solution,
  version: SolutionVersion,
  previous: TrainedModel | undefined,
): TrainingRequest {
  return {
    recipe: solution.recipe,
    hyperparameters: { ...version.config.featureTransformationParameters, ...version.config.algorithmHyperParameters },
    trainingMode: version.trainingMode === "UPDATE" ? "UPDATE" : "FULL",
    performHPO: solution.performHPO,
    interactions: interactionTable(state, solution, version),
    items: itemTable(state, solution, version.config),
    ...(previous && { previous }),
    seed,
  };
}

function interactionTable(state: PersonalizeState, solution: Solution, version: SolutionVersion): InteractionTable {
  const dataset = interactionsDataset(state, solution.groupArn);
  const { snapshot } = version;
  if (!dataset || !snapshot) throw new Error("A training starts with a snapshot of its interactions.");
  const selects = eventSelection(solution.eventType, version.config);
  const userIds: string[] = [];
  const itemIds: string[] = [];
  const timestamps: number[] = [];
  const eventTypes: string[] = [];
  const read = (table: Table, rows: number) => {
    const users = table.text("USER_ID");
    for (let row = 0; row < rows; row++) {
      const userId = users?.get(row);
      if (userId === undefined) continue;
      const event = eventAt(table, row);
      if (!selects(event)) continue;
      userIds.push(userId);
      itemIds.push(event.itemId);
      timestamps.push(event.timestamp);
      eventTypes.push(event.eventType ?? "");
    }
  };
  read(snapshot.bulk, snapshot.bulkRows);
  read(dataset.data.streamed.table, snapshot.streamedRows);
  const distinct = new Set(eventTypes);
  distinct.delete("");
  if (distinct.size > maxEventTypes) {
    throw new JobFailure(
      `The Interactions dataset has ${distinct.size} event types; training takes ${maxEventTypes} at most.`,
    );
  }
  const hasTypes = schemaOf(state, dataset).content.fields.some(({ name }) => name === "EVENT_TYPE");
  return { userIds, itemIds, timestamps: Float64Array.from(timestamps), eventTypes: hasTypes ? eventTypes : [] };
}

function itemTable(state: PersonalizeState, solution: Solution, config: SolutionConfig): ItemTable {
  const dataset = recordsDataset(state, solution.groupArn, "ITEMS");
  if (!dataset) return { itemIds: [], categorical: {}, creationTimestamps: new Float64Array(0) };
  const { data } = dataset;
  const itemIds = [...data.ids()];
  const columns = schemaOf(state, dataset).content.fields.filter((field) => field.categorical && isUsed(field, config));
  return {
    itemIds,
    categorical: Object.fromEntries(
      columns.map(({ name }) => [name, itemIds.map((itemId) => textOf(data, itemId, name))]),
    ),
    creationTimestamps: Float64Array.from(itemIds, (itemId) =>
      Number(data.get(itemId, "CREATION_TIMESTAMP") ?? Number.NaN),
    ),
  };
}

function textOf(data: RecordsData, itemId: string, column: string): string | undefined {
  const cell = data.get(itemId, column);
  return cell === undefined ? undefined : String(cell);
}

/** Columns that the solution leaves out of training. */
function isUsed({ name }: Field, { trainingDataConfig }: SolutionConfig): boolean {
  const of = (columns: Record<string, string[]> | undefined) =>
    Object.entries(columns ?? {}).find(([type]) => type.toUpperCase() === "ITEMS")?.[1];
  const included = of(trainingDataConfig?.includedDatasetColumns);
  if (included) return included.includes(name);
  return !(of(trainingDataConfig?.excludedDatasetColumns)?.includes(name) ?? false);
}
