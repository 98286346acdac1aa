import type { Placement as ContractPlacement } from "../../contract";
import { listFilterParameters } from "../../dynamic-providers/checks/filter-parameters";
import { type RecipeName, recipes } from "../../dynamic-providers/checks/recipes";
import type { Gate } from "../../functions/retraining/promotion-gate";
import { standardPlacement } from "../../names/layout";
import { gatesOfRecipes } from "./gate-fields";
import type { Values } from "./keys";
import { modelOf, type Placement } from "./placements";

/** The keys of the configuration that say which models there are. */
export const modelKeys = [
  "recommendationRecipe",
  "rerankingRecipe",
  "rerankingEnabled",
  "minProvisionedTPS",
  "rerankMinProvisionedTPS",
  "placements",
] as const;
export type ModelKeys = Pick<Values, (typeof modelKeys)[number]> & Partial<Pick<Values, OptionalKey>>;
type OptionalKey =
  | "eventWeights"
  | "recommendationHyperParameters"
  | "rerankingHyperParameters"
  | "rerankPromotionThreshold"
  | "rerankAllowedMetricDrop";

export type EventWeights = Readonly<Record<string, number>>;

/** The keys of the two standard models; those of a placement's model are below its name. */
const standardKeys = {
  [standardPlacement]: {
    recipe: "recommendationRecipe",
    minProvisionedTPS: "minProvisionedTPS",
    hyperParameters: "recommendationHyperParameters",
    eventWeights: "eventWeights",
    promotionMetric: "promotionMetric",
  },
  reranking: {
    recipe: "rerankingRecipe",
    minProvisionedTPS: "rerankMinProvisionedTPS",
    hyperParameters: "rerankingHyperParameters",
    eventWeights: "eventWeights",
    promotionMetric: "promotionMetric",
  },
} as const;
type KeyOfModel = keyof (typeof standardKeys)["reranking"];

/** The path of a model's key in the configuration. */
export function pathOf(model: string, key: KeyOfModel): [key: string, ...inside: string[]] {
  const standard = new Map(Object.entries(standardKeys)).get(model);
  if (standard) return [standard[key]];
  return ["placements", model, ...(key === "promotionMetric" ? ["gate"] : []), key];
}

/** A model as it is configured. */
export interface ConfiguredModel {
  readonly name: string;
  readonly recipe: RecipeName;
  readonly minProvisionedTPS: number;
  readonly hyperParameters: Record<string, string>;
  /** Undefined: all events count equally. */
  readonly eventWeights: EventWeights | undefined;
  /** Its own bounds of the gate, which take precedence over the stack's. */
  readonly gate: Partial<Gate>;
}

/** Lists the models: of recommendations, of re-ranking, and of each placement with a recipe. */
export function listModels(config: ModelKeys): ConfiguredModel[] {
  const weightsFor = (recipe: RecipeName) => (recipes[recipe].weighsEvents ? config.eventWeights : undefined);
  const recommendation: ConfiguredModel = {
    name: standardPlacement,
    recipe: config.recommendationRecipe,
    minProvisionedTPS: config.minProvisionedTPS,
    hyperParameters: config.recommendationHyperParameters ?? {},
    eventWeights: weightsFor(config.recommendationRecipe),
    gate: {},
  };
  const reranking: ConfiguredModel = {
    name: "reranking",
    recipe: config.rerankingRecipe,
    minProvisionedTPS: config.rerankMinProvisionedTPS,
    hyperParameters: config.rerankingHyperParameters ?? {},
    eventWeights: weightsFor(config.rerankingRecipe),
    gate: { promotionThreshold: config.rerankPromotionThreshold, allowedMetricDrop: config.rerankAllowedMetricDrop },
  };
  const ofPlacements = Object.entries(config.placements).flatMap(([name, placement]): ConfiguredModel[] => {
    const { recipe, minProvisionedTPS = 1, hyperParameters = {}, eventWeights, gate } = placement;
    if (recipe === undefined) return [];
    return [
      { name, recipe, minProvisionedTPS, hyperParameters, eventWeights, gate: { ...gatesOfRecipes[recipe], ...gate } },
    ];
  });
  return [recommendation, ...(config.rerankingEnabled ? [reranking] : []), ...ofPlacements];
}

interface ExplorationSettings {
  exploration: { explorationWeight: number; explorationItemAgeCutOff: number };
}

/** Describes the models to the components. */
export function describeModels(config: ModelKeys & ExplorationSettings) {
  const shown = Object.entries(config.placements).flatMap(([name, placement]) =>
    placement.columns === undefined ? [] : [modelOf(name, placement)],
  );
  return listModels(config).map(({ gate: _, ...model }) => ({
    ...model,
    exploration: recipes[model.recipe].explores ? config.exploration : undefined,
    returnsColumns: shown.includes(model.name) && !recipes[model.recipe].includesColumns,
  }));
}

/** Describes the placements to callers, by name: the standard one and the configured ones. */
export function describePlacements(
  config: ModelKeys & { filters: Readonly<Record<string, string>> },
): Record<string, ContractPlacement> {
  const filters = new Map(Object.entries(config.filters));
  const valuesOf = (filter = "") => listFilterParameters(filters.get(filter) ?? "");
  const subjects = new Map(listModels(config).map(({ name, recipe }) => [name, recipes[recipe].subject]));
  const all: Record<string, Placement> = { [standardPlacement]: { model: standardPlacement }, ...config.placements };
  return Object.fromEntries(
    Object.entries(all).map(([name, placement]) => {
      const { filter, promotion, columns } = placement;
      const model = modelOf(name, placement);
      const filterValues = valuesOf(filter);
      const promotionValues = valuesOf(promotion?.filter);
      return [
        name,
        {
          ...(model && { model }),
          needsItem: subjects.get(model ?? "") === "item",
          ...(filter && { filter }),
          ...(promotion && { promotion }),
          ...(filterValues.length > 0 && { filterValues }),
          ...(promotionValues.length > 0 && { promotionValues }),
          ...(columns && { columns }),
        },
      ];
    }),
  );
}
