import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { codeTexts } from "../../../account/services/personalize/recommender/data/coded-texts.ts";
import { testFolds } from "../../../account/services/personalize/recommender/data/split.ts";
import type { TrainingRequest } from "../../../account/services/personalize/recommender/data/types.ts";

interface Interaction {
  readonly userId: string;
  readonly itemId: string;
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly eventType: string;
}

interface Item {
  readonly itemId: string;
  readonly type: string;
  readonly age: string;
  readonly size: string;
  readonly breed: string;
  /** Epoch seconds. */
  readonly creationTimestamp: number;
  readonly status: string;
}

export interface Shelter {
  readonly interactions: readonly Interaction[];
  readonly items: readonly Item[];
}

const readRows = (file: string) =>
  parse<Record<string, string>>(readFileSync(join(import.meta.dirname, file), "utf8"), { columns: true });

/**
 * 200 visitors and the 100 groups of animals of four breeds: enough to train on, small enough to
 * train often.
 */
export const shelter: Shelter = {
  interactions: readRows("shelter-interactions.csv").map((row) => ({
    userId: row.USER_ID ?? "",
    itemId: row.ITEM_ID ?? "",
    timestamp: Number(row.TIMESTAMP),
    eventType: row.EVENT_TYPE ?? "",
  })),
  items: readRows("shelter-items.csv").map((row) => ({
    itemId: row.ITEM_ID ?? "",
    type: row.ANIMAL_TYPE ?? "",
    age: row.ANIMAL_AGE ?? "",
    size: row.ANIMAL_SIZE ?? "",
    breed: row.ANIMAL_BREED ?? "",
    creationTimestamp: Number(row.CREATION_TIMESTAMP),
    status: row.STATUS ?? "",
  })),
};

/** A training request over such data. */
export function requestOf({ interactions, items }: Shelter, changes: Partial<TrainingRequest> = {}): TrainingRequest {
  return {
    recipe: "aws-user-personalization",
    hyperparameters: {},
    trainingMode: "FULL",
    now: interactions.reduce((latest, { timestamp }) => Math.max(latest, timestamp), 0),
    seed: 7,
    testFold: testFolds.recommendations,
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
