// Weights of event types, with which models of some recipes train (docs/configuration.md,
// `eventWeights`).
import { listWeighedModels, type ModelKeys } from "./models";
import { type Problem, suggest } from "./problems";

/** Finds weights of types that the stack does not have. */
export function findStrangeTypes(eventTypes: readonly string[], config: WeightKeys): Problem[] {
  const given = [
    { path: ["eventWeights"], weights: config.eventWeights },
    ...Object.entries(config.placements ?? {}).map(([name, placement]) => ({
      path: ["placements", name, "eventWeights"],
      weights: placement.eventWeights,
    })),
  ];
  return given.flatMap(({ path: [key = "", ...inside], weights = {} }) =>
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
  const lines = listWeighedModels(config).flatMap(({ name, weights, path }) => {
    const left = eventTypes.filter((type) => !Object.hasOwn(weights, type));
    return left.length === 0
      ? []
      : [
          `The model ${name} does not train with ${left.join(", ")}: recommender:${path.join(".")} has no weight of it.`,
        ];
  });
  return lines.length === 0 ? undefined : lines.join("\n");
}

type WeightKeys = Partial<Pick<ModelKeys, "eventWeights" | "placements">>;
