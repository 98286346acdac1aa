import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCatalogue } from "../../../../demo/generator/csv.ts";
import { type GeneratedData, generate } from "../../../../demo/generator/generate.ts";
import { codeTexts } from "../../../account/services/personalize/recommender/coded-texts.ts";
import type { TrainingRequest } from "../../../account/services/personalize/recommender/types.ts";

const catalogue = readCatalogue(readFileSync(join(import.meta.dirname, "../../../../seed/catalogue.csv"), "utf8"));
const breeds = new Set(["Abyssinian", "Siamese", "Beagle", "Boxer"]);

/** 200 visitors and the 100 groups of four breeds: enough to train on, small enough to train often. */
export const shelter = generate(
  catalogue.filter(({ breed }) => breeds.has(breed)),
  { users: 200 },
);

/** A training request over generated data. */
export function requestOf(
  { interactions, items }: GeneratedData,
  changes: Partial<TrainingRequest> = {},
): TrainingRequest {
  return {
    recipe: "aws-user-personalization",
    hyperparameters: {},
    trainingMode: "FULL",
    performHPO: false,
    seed: 7,
    interactions: {
      userIds: codeTexts(interactions.map(({ userId }) => userId)),
      itemIds: codeTexts(interactions.map(({ itemId }) => itemId)),
      timestamps: Float64Array.from(interactions, ({ timestamp }) => timestamp),
      eventTypes: codeTexts(interactions.map(({ eventType }) => eventType)),
    },
    items: {
      itemIds: items.map(({ itemId }) => itemId),
      categorical: {
        ANIMAL_TYPE: items.map(({ type }) => type),
        ANIMAL_AGE: items.map(({ age }) => age),
        ANIMAL_SIZE: items.map(({ size }) => size),
        ANIMAL_BREED: items.map(({ breed }) => breed),
        STATUS: items.map(({ status }) => status),
      },
      creationTimestamps: Float64Array.from(items, ({ creationTimestamp }) => creationTimestamp),
    },
    ...changes,
  };
}
