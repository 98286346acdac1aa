// Rules about several keys of the configuration.
import { recipes } from "../dynamic-providers/checks/recipes";
import { type GivenModel, listGivenModels, type ModelKeys } from "./models";
import { findWrongPlacements } from "./placements";

interface Prices {
  trainingMillionInteractions?: number | undefined;
  millionInteractions?: number | undefined;
}

/** The keys with such rules. One whose value is wrong by itself is absent. */
type CheckedKeys = Partial<
  ModelKeys & {
    explorationWeight: number | undefined;
    explorationItemAgeCutOff: number | undefined;
    filters: Readonly<Record<string, string>>;
    prices: Prices | undefined;
    maximumProvisionedTPS: number;
    maximumCampaigns: number;
  }
>;

/** A key that contradicts others; `inside` is the path below it. */
interface Contradiction {
  key: keyof CheckedKeys;
  inside?: string[];
  message: string;
  /** Arguments of the Pulumi CLI. @default those that set the key's example */
  remedy?: string;
}

export function findContradictions(config: CheckedKeys): Contradiction[] {
  const { placements, filters } = config;
  const wrongPlacements = placements && filters ? findWrongPlacements(placements, filters) : [];
  return [
    ...checkExploration(config),
    ...wrongPlacements.map(({ path, message }) => ({ key: "placements" as const, inside: path, message })),
    ...(hasModels(config) ? checkModels(config, listGivenModels(config)) : []),
  ];
}

function checkExploration(config: CheckedKeys): Contradiction[] {
  const { recommendationRecipe: recipe } = config;
  if (recipe === undefined || recipes[recipe].explores) return [];
  const given = (["explorationWeight", "explorationItemAgeCutOff"] as const).filter((key) => config[key] !== undefined);
  const message = `cannot be set: the recipe ${recipe} chooses its own exploration`;
  return given.map((key) => ({ key, message, remedy: `config rm recommender:${key}` }));
}

const modelKeys = [
  "recommendationRecipe",
  "rerankingRecipe",
  "rerankingEnabled",
  "minProvisionedTPS",
  "rerankMinProvisionedTPS",
  "placements",
] as const satisfies readonly (keyof ModelKeys)[];

const hasModels = (config: CheckedKeys): config is CheckedKeys & ModelKeys =>
  modelKeys.every((key) => config[key] !== undefined);

/** Checks what all models need together. */
function checkModels(config: CheckedKeys, models: readonly GivenModel[]): Contradiction[] {
  const { prices, maximumProvisionedTPS: cap, maximumCampaigns } = config;
  const found: Contradiction[] = [];
  if (prices && models.some(({ recipe }) => recipes[recipe].chargedBy === "interactions")) {
    const message = "is missing: v2 recipes are charged by the interactions of a training";
    for (const key of ["trainingMillionInteractions", "millionInteractions"] as const) {
      if (prices[key] === undefined) found.push({ key: "prices", inside: [key], message });
    }
  }
  for (const { minProvisionedTPS: tps, throughputKey } of models) {
    if (cap === undefined || tps <= cap) continue;
    const [key, ...inside] = throughputKey;
    found.push({ key, inside, message: `is ${tps}, above maximumProvisionedTPS, which is ${cap}` });
  }
  if (maximumCampaigns !== undefined && models.length > maximumCampaigns) {
    const names = models.map(({ name }) => name).join(", ");
    found.push({
      key: "maximumCampaigns",
      message: `is ${maximumCampaigns}, but ${models.length} models need a campaign: ${names}. Ask for a higher quota, then set it here`,
      remedy: `config set recommender:maximumCampaigns ${models.length}`,
    });
  }
  return found;
}
