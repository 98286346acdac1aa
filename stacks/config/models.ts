import type { Placement as ContractPlacement } from "../../contract";
import { listFilterParameters } from "../../dynamic-providers/checks/filter-parameters";
import { type RecipeName, recipes } from "../../dynamic-providers/checks/recipes";
import { standardPlacement } from "../../names/layout";
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
export type ModelKeys = Pick<Values, (typeof modelKeys)[number]> & Partial<Pick<Values, "eventWeights">>;

export type EventWeights = Readonly<Record<string, number>>;

/** A model as it is configured. */
export interface GivenModel {
  name: string;
  recipe: RecipeName;
  minProvisionedTPS: number;
  /** Absent for a placement's model. */
  isStandard?: boolean;
}

/** Lists the models: of recommendations, of re-ranking, and of each placement with a recipe. */
export function listGivenModels(config: ModelKeys): GivenModel[] {
  const recommendation: GivenModel = {
    name: standardPlacement,
    recipe: config.recommendationRecipe,
    minProvisionedTPS: config.minProvisionedTPS,
    isStandard: true,
  };
  const reranking: GivenModel = {
    name: "reranking",
    recipe: config.rerankingRecipe,
    minProvisionedTPS: config.rerankMinProvisionedTPS,
    isStandard: true,
  };
  const ofPlacements = Object.entries(config.placements).flatMap(([name, placement]): GivenModel[] => {
    const { recipe, minProvisionedTPS = 1 } = placement;
    return recipe === undefined ? [] : [{ name, recipe, minProvisionedTPS }];
  });
  return [recommendation, ...(config.rerankingEnabled ? [reranking] : []), ...ofPlacements];
}

/**
 * Lists the models that train with weights of event types, by their own or, the two standard
 * models, by those of the stack. `path` is that of the key.
 */
export function listWeighedModels(config: ModelKeys): { name: string; weights: EventWeights; path: string[] }[] {
  return listGivenModels(config).flatMap(({ name, recipe, isStandard }) => {
    const own = isStandard ? undefined : new Map(Object.entries(config.placements)).get(name)?.eventWeights;
    const weights = isStandard && recipes[recipe].weighsEvents ? config.eventWeights : own;
    const path = isStandard ? ["eventWeights"] : ["placements", name, "eventWeights"];
    return weights === undefined ? [] : [{ name, weights, path }];
  });
}

interface ModelSettings {
  recommendationHyperParameters: Record<string, string>;
  rerankingHyperParameters: Record<string, string>;
  exploration: { explorationWeight: number; explorationItemAgeCutOff: number };
}

/** Describes the models to the components. */
export function describeModels(config: ModelKeys & ModelSettings) {
  const hyperParameters = new Map([
    [standardPlacement, config.recommendationHyperParameters],
    ["reranking", config.rerankingHyperParameters],
    ...Object.entries(config.placements).map(([name, each]) => [name, each.hyperParameters ?? {}] as const),
  ]);
  const shown = Object.entries(config.placements).flatMap(([name, placement]) =>
    placement.columns === undefined ? [] : [modelOf(name, placement)],
  );
  const weights = new Map(listWeighedModels(config).map((model) => [model.name, model.weights]));
  return listGivenModels(config).map(({ name, recipe, minProvisionedTPS }) => ({
    name,
    recipe,
    hyperParameters: hyperParameters.get(name) ?? {},
    minProvisionedTPS,
    exploration: recipes[recipe].explores ? config.exploration : undefined,
    returnsColumns: shown.includes(name) && !recipes[recipe].includesColumns,
    eventWeights: weights.get(name),
  }));
}

/** Describes the placements to callers, by name: the standard one and the configured ones. */
export function describePlacements(
  config: ModelKeys & { filters: Readonly<Record<string, string>> },
): Record<string, ContractPlacement> {
  const filters = new Map(Object.entries(config.filters));
  const valuesOf = (filter = "") => listFilterParameters(filters.get(filter) ?? "");
  const subjects = new Map(listGivenModels(config).map(({ name, recipe }) => [name, recipes[recipe].subject]));
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
