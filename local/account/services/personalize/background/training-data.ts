import type { SolutionConfig } from "@aws-sdk/client-personalize";
import { JobFailure } from "../faults";
import type { Field } from "../formats/avro-schema";
import { isReservedForInteractions } from "../formats/schema-rules";
import { recipeArn } from "../recipes/catalogue";
import { findRecipe } from "../recipes/find-recipe";
import { eventRewards, eventSelection } from "../recipes/solution-config";
import { Vocabulary } from "../recommender/data/coded-texts";
import { testFolds } from "../recommender/data/split";
import type { InteractionTable, ItemTable, TrainedModel, TrainingRequest } from "../recommender/data/types";
import { eventAt } from "../state/interactions";
import type { RecordsData } from "../state/records";
import {
  interactionsDataset,
  type PersonalizeState,
  recordsDataset,
  type Solution,
  type SolutionVersion,
  schemaOf,
} from "../state/state";
import type { Table, TextColumn } from "../state/table";

/** The seed of the split and of every sampling. */
const seed = 7;
/** With more, the training fails (guide, "Quotas"). */
const maxEventTypes = 10;

/**
 * Puts together what a version is trained on at a time: bulk rows first, then streamed ones that
 * have a user.
 */
export function trainingRequest(
  state: PersonalizeState,
  solution: Solution,
  version: SolutionVersion,
  { now, previous }: { now: number; previous: TrainedModel | undefined },
): TrainingRequest {
  const recipe = findRecipe(recipeArn(solution.recipe));
  return {
    recipe: recipe.name,
    hyperparameters: {
      ...version.config.featureTransformationParameters,
      ...version.config.algorithmHyperParameters,
    },
    trainingMode: version.trainingMode === "UPDATE" ? "UPDATE" : "FULL",
    now: now / 1000,
    interactions: interactionTable(state, solution, version),
    items: itemTable(state, solution, version.config),
    ...(previous && { previous }),
    seed,
    // Versions of a solution are measured on the same users; a recommending and a ranking model on
    // different ones.
    testFold: recipe.type === "PERSONALIZED_RANKING" ? testFolds.rankings : testFolds.recommendations,
  };
}

function interactionTable(state: PersonalizeState, solution: Solution, version: SolutionVersion): InteractionTable {
  const dataset = interactionsDataset(state, solution.groupArn);
  const { snapshot } = version;
  if (!dataset || !snapshot) throw new Error("A training starts with a snapshot of its interactions.");
  const selects = eventSelection(solution.eventType, version.config);
  const { fields } = schemaOf(state, dataset).content;
  const hasTypes = fields.some(({ name }) => name === "EVENT_TYPE");
  const room = snapshot.bulkRows + snapshot.streamedRows;
  const users = new Vocabulary();
  const items = new Vocabulary();
  const types = new Vocabulary();
  const userCodes = sharedCodes(room);
  const itemCodes = sharedCodes(room);
  const typeCodes = sharedCodes(hasTypes ? room : 0);
  const timestamps = new Float64Array(new SharedArrayBuffer(8 * room));
  const contexts = fields
    .filter((field) => field.categorical && !isReservedForInteractions(field.name))
    .filter((field) => isUsed(field, "INTERACTIONS", version.config))
    .map(({ name }) => ({ name, words: new Vocabulary(), codes: sharedCodes(room) }));
  let count = 0;
  const read = (table: Table, rows: number) => {
    const owner = table.text("USER_ID");
    const userOf = recodeColumn(owner, users);
    const itemOf = recodeColumn(table.text("ITEM_ID"), items);
    const typeOf = recodeColumn(table.text("EVENT_TYPE"), types);
    const times = table.number("TIMESTAMP");
    const contextsOf = contexts.map(({ name, words, codes }) => ({
      codes,
      codeOf: recodeColumn(table.text(name), words),
    }));
    for (let row = 0; row < rows; row++) {
      if (owner?.get(row) === undefined || !selects(eventAt(table, row))) continue;
      userCodes[count] = userOf(row);
      itemCodes[count] = itemOf(row);
      if (hasTypes) typeCodes[count] = typeOf(row);
      timestamps[count] = times?.value(row) ?? 0;
      for (const { codes, codeOf } of contextsOf) codes[count] = codeOf(row);
      count++;
    }
  };
  read(snapshot.bulk, snapshot.bulkRows);
  read(dataset.data.streamed.table, snapshot.streamedRows);
  const distinctTypes = types.values.filter((type) => type !== "").length;
  if (distinctTypes > maxEventTypes) {
    throw new JobFailure(
      `The Interactions dataset has ${distinctTypes} event types; training takes ${maxEventTypes} at most.`,
    );
  }
  const rewardOf = eventRewards(version.config);
  return {
    userIds: { values: users.values, codes: userCodes.subarray(0, count) },
    itemIds: { values: items.values, codes: itemCodes.subarray(0, count) },
    timestamps: timestamps.subarray(0, count),
    eventTypes: { values: types.values, codes: typeCodes.subarray(0, count) },
    ...(rewardOf && { typeRewards: Float64Array.from(types.values, rewardOf) }),
    ...(contexts.length > 0 && {
      contexts: Object.fromEntries(
        contexts.map(({ name, words, codes }) => [name, { values: words.values, codes: codes.subarray(0, count) }]),
      ),
    }),
  };
}

/** Passed to the training thread without a copy. */
const sharedCodes = (rows: number) => new Int32Array(new SharedArrayBuffer(4 * rows));

/**
 * A column's codes in the words of a vocabulary: a text is looked up once, not once per row. A
 * missing one is the empty text.
 */
function recodeColumn(column: TextColumn | undefined, vocabulary: Vocabulary): (row: number) => number {
  const known = new Int32Array(column?.size ?? 0).fill(-1);
  return (row) => {
    const code = column?.code(row) ?? -1;
    const text = column?.text(code);
    if (text === undefined) return vocabulary.codeOf("");
    if (known[code] === -1) known[code] = vocabulary.codeOf(text);
    return known[code] ?? 0;
  };
}

function itemTable(state: PersonalizeState, solution: Solution, config: SolutionConfig): ItemTable {
  const dataset = recordsDataset(state, solution.groupArn, "ITEMS");
  if (!dataset) return { itemIds: [], categorical: {}, creationTimestamps: new Float64Array(0) };
  const { data } = dataset;
  const itemIds = [...data.ids()];
  const { itemColumns } = solution;
  const columns = schemaOf(state, dataset).content.fields.filter(
    (field) => field.categorical && isUsed(field, "ITEMS", config) && (itemColumns?.includes(field.name) ?? true),
  );
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
function isUsed({ name }: Field, dataset: "INTERACTIONS" | "ITEMS", { trainingDataConfig }: SolutionConfig): boolean {
  const of = (columns: Record<string, string[]> | undefined) =>
    Object.entries(columns ?? {}).find(([type]) => type.toUpperCase() === dataset)?.[1];
  const included = of(trainingDataConfig?.includedDatasetColumns);
  if (included) return included.includes(name);
  return !(of(trainingDataConfig?.excludedDatasetColumns)?.includes(name) ?? false);
}
