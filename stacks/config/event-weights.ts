// Weights of event types, with which models of some recipes train (docs/configuration.md,
// `eventWeights`).

import { suggest } from "../../names/near-names";
import { type CsvFile, placeOf } from "../../seed/import-files/csv-file";
import { defaultEventType } from "../../seed/import-files/event-types";
import { findShortage } from "../../seed/import-files/training-minimum";
import { listModels, type ModelKeys, pathOf } from "./models";
import type { Problem } from "./problems";

/** Lists all weights with the path of their key. */
export const listWeights = ({ eventWeights, placements = {} }: WeightKeys) => [
  { path: ["eventWeights"], weights: eventWeights },
  ...Object.entries(placements).map(([name, placement]) => ({
    path: ["placements", name, "eventWeights"],
    weights: placement.eventWeights,
  })),
];

/**
 * Finds weights of whose types the imported interactions are too few: the first training would
 * fail.
 */
export function findScarceTypes(interactions: CsvFile, config: WeightKeys): Problem[] {
  const place = placeOf(interactions, "EVENT_TYPE");
  return listWeights(config).flatMap(({ path: [key = "", ...inside], weights }) => {
    if (weights === undefined) return [];
    const [header = [], ...rows] = interactions.rows;
    const kept = rows.filter((row) => Object.hasOwn(weights, row[place] || defaultEventType));
    const shortage = findShortage({ ...interactions, rows: [header, ...kept] });
    const message = `of its types the interactions file ${shortage}`;
    return shortage === undefined ? [] : [{ key, inside, message, isOfFirstUp: true }];
  });
}

/** Finds weights of types that the stack does not have. */
export function findStrangeTypes(eventTypes: readonly string[], config: WeightKeys): Problem[] {
  return listWeights(config).flatMap(({ path: [key = "", ...inside], weights = {} }) =>
    Object.keys(weights)
      .filter((type) => !eventTypes.includes(type))
      .map((type): Problem => {
        const message = `is not one of the stack's event types (${eventTypes.join(", ")})${suggest(type, eventTypes)}`;
        return { key, inside: [...inside, type], message };
      }),
  );
}

/**
 * Says which event types do not train a model, because its weights leave them out. Undefined where
 * there are none.
 */
export function describeLeftOut(eventTypes: readonly string[], config: ModelKeys): string | undefined {
  const lines = listModels(config).flatMap(({ name, eventWeights }) => {
    const left = eventTypes.filter((type) => eventWeights && !Object.hasOwn(eventWeights, type));
    const path = pathOf(name, "eventWeights").join(".");
    return left.length === 0
      ? []
      : [`The model ${name} does not train with ${left.join(", ")}: recommender:${path} has no weight of it.`];
  });
  return lines.length === 0 ? undefined : lines.join("\n");
}

type WeightKeys = Pick<Partial<ModelKeys>, "eventWeights" | "placements">;
