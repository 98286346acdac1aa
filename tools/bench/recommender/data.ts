import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCatalogue } from "../../../demo/generator/csv";
import { generate } from "../../../demo/generator/generate";
import type { GeneratorOptions } from "../../../demo/generator/world";
import { codeTexts } from "../../../local/account/services/personalize/recommender/data/coded-texts";
import { type DataSet, dataSetOf } from "../../../local/account/services/personalize/recommender/data/data-set";
import type {
  CodedTexts,
  InteractionTable,
  ItemTable,
} from "../../../local/account/services/personalize/recommender/data/types";

const root = join(__dirname, "../../..");

export const readPets = () => readCatalogue(readFileSync(join(root, "seed/catalogue.csv"), "utf8"));

/** The catalogue in the model's form. */
export const petItems = (): ItemTable => {
  const items = readPets();
  return {
    itemIds: items.map(({ itemId }) => itemId),
    categorical: {
      ANIMAL_TYPE: items.map(({ type }) => type),
      ANIMAL_AGE: items.map(({ age }) => age),
      ANIMAL_SIZE: items.map(({ size }) => size),
      ANIMAL_BREED: items.map(({ breed }) => breed),
    },
    creationTimestamps: new Float64Array(items.length),
  };
};

/** A data set with the lists of a perfect model. */
export interface GeneratedSet extends DataSet {
  /** Returns the likeliest items for a user's index at the first test event. */
  readonly oracle: (user: number) => readonly number[];
}

/** Generated visitors; see seed/README.md. */
export function generatedSet(name: string, options: GeneratorOptions): GeneratedSet {
  const data = generate(readPets(), options);
  const set = createPetSet(name, {
    userIds: codeTexts(data.interactions.map(({ userId }) => userId)),
    itemIds: codeTexts(data.interactions.map(({ itemId }) => itemId)),
    timestamps: Float64Array.from(data.interactions, ({ timestamp }) => timestamp),
    eventTypes: codeTexts(data.interactions.map(({ eventType }) => eventType)),
  });
  const index = new Map(set.corpus.itemIds.map((itemId, item) => [itemId, item]));
  const oracle = (user: number) =>
    (data.oracle.get(set.corpus.userIds[user] ?? "") ?? []).map((itemId) => index.get(itemId) ?? -1);
  return { ...set, oracle };
}

export const createPetSet = (name: string, interactions: InteractionTable) => dataSetOf(name, interactions, petItems());

const textAt = ({ values, codes }: CodedTexts, row: number): string => values[codes[row] ?? -1] ?? "";

/** The same users without the events of some items, which stay in the catalogue. */
export function withoutEvents(set: DataSet, hidden: ReadonlySet<string>): DataSet {
  const { userIds, itemIds, timestamps, eventTypes } = set.interactions;
  const kept = [...itemIds.codes.keys()].filter((row) => !hidden.has(textAt(itemIds, row)));
  const pick = (column: CodedTexts) => codeTexts(column.codes.length > 0 ? kept.map((row) => textAt(column, row)) : []);
  const interactions = {
    userIds: pick(userIds),
    itemIds: pick(itemIds),
    timestamps: Float64Array.from(kept, (row) => timestamps[row] ?? 0),
    eventTypes: pick(eventTypes),
  };
  return dataSetOf(`${set.name}, ${hidden.size} items hidden`, interactions, set.items);
}
