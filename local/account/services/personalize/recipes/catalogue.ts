/** The possible values of a hyperparameter. `tunable`: performHPO may choose it; `tunedOnly`: nothing else may. */
export type Hyperparameter = { readonly default: string; readonly tunable: boolean; readonly tunedOnly?: boolean } & (
  | { readonly kind: "whole" | "fraction"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
);

export interface Recipe {
  /** The end of its ARN: `aws-user-personalization`. */
  readonly name: string;
  /**
   * The service model has these three. The guide's "Choosing a recipe" groups the trending and popular recipes as
   * POPULAR_ITEMS; its page of Popularity-Count says USER_PERSONALIZATION, that of Trending-Now nothing (inferred).
   */
  readonly type: "USER_PERSONALIZATION" | "PERSONALIZED_RANKING" | "RELATED_ITEMS";
  /** The member that a request must have (guide, "Choosing a recipe": "API requirements"). */
  readonly asksFor: "user" | "item" | "nothing";
  /** The end of the ARNs of its algorithm and of the transformation of its data; absent: its name. */
  readonly algorithm?: string;
  readonly transformation?: string;
  readonly description: string;
  readonly hyperparameters: Readonly<Record<string, Hyperparameter>>;
  /** Those of the data before training, such as how long a history may be. */
  readonly featureTransformations: Readonly<Record<string, Hyperparameter>>;
  readonly takesExploration: boolean;
  readonly takesUpdate: boolean;
  /** True if a solution may have an events configuration (guide, "Optimizing a solution with events configuration"). */
  readonly weighsEvents: boolean;
  /** Metadata in responses without the campaign asking for it. */
  readonly metadataIncluded: boolean;
  /** Updates of a served version without a training, see `createAutomaticUpdates`. */
  readonly updates: "new items" | "trends" | "none";
}

const whole = (standard: number, min: number, max: number, tunable = true): Hyperparameter => ({
  kind: "whole",
  default: String(standard),
  min,
  max,
  tunable,
});
const fraction = (standard: string, tunable = false): Hyperparameter => ({
  kind: "fraction",
  default: standard,
  min: 0,
  max: 1,
  tunable,
});
const choice = (standard: string, choices: readonly string[], tunable = true): Hyperparameter => ({
  kind: "choice",
  default: standard,
  choices,
  tunable,
});

const historyLengths = {
  min_user_history_length_percentile: fraction("0.0"),
  max_user_history_length_percentile: fraction("0.99"),
};
const hrnn = {
  hidden_dimension: whole(149, 32, 256),
  bptt: whole(32, 2, 32),
  recency_mask: choice("true", ["true", "false"]),
};
const transformer = { apply_recency_bias: choice("true", ["true", "false"], false) };
const plain = {
  asksFor: "user",
  hyperparameters: {},
  featureTransformations: {},
  takesExploration: false,
  takesUpdate: false,
  weighsEvents: false,
  metadataIncluded: false,
  updates: "none",
} as const;

/** The recipes of custom dataset groups that the account trains (guide, "Choosing a recipe"). */
const catalogue: readonly Recipe[] = [
  {
    ...plain,
    name: "aws-user-personalization",
    type: "USER_PERSONALIZATION",
    description: "Predicts items a user will interact with and explores cold items.",
    hyperparameters: hrnn,
    featureTransformations: historyLengths,
    takesExploration: true,
    takesUpdate: true,
    updates: "new items",
  },
  {
    ...plain,
    name: "aws-user-personalization-v2",
    type: "USER_PERSONALIZATION",
    description: "Predicts items a user will interact with; trained on up to 5 million items.",
    hyperparameters: transformer,
    weighsEvents: true,
    metadataIncluded: true,
    updates: "new items",
  },
  {
    ...plain,
    name: "aws-personalized-ranking",
    type: "PERSONALIZED_RANKING",
    transformation: "JSON-percentile-filtering",
    description: "Reranks an input list of items for a given user.",
    hyperparameters: hrnn,
    featureTransformations: historyLengths,
  },
  {
    ...plain,
    name: "aws-personalized-ranking-v2",
    type: "PERSONALIZED_RANKING",
    description: "Reranks an input list of items for a given user; trained on up to 5 million items.",
    hyperparameters: transformer,
    weighsEvents: true,
    metadataIncluded: true,
  },
  {
    ...plain,
    name: "aws-sims",
    type: "RELATED_ITEMS",
    asksFor: "item",
    transformation: "sims",
    description: "Recommends items that users interacted with together with a given item.",
    hyperparameters: {
      popularity_discount_factor: fraction("0.5", true),
      min_cointeraction_count: whole(3, 0, 10),
    },
    featureTransformations: {
      min_user_history_length_percentile: fraction("0.005"),
      max_user_history_length_percentile: fraction("0.995"),
      min_item_interaction_count_percentile: fraction("0.01"),
      max_item_interaction_count_percentile: fraction("0.9"),
    },
  },
  {
    ...plain,
    name: "aws-similar-items",
    type: "RELATED_ITEMS",
    asksFor: "item",
    description: "Recommends items similar to a given item by interactions and metadata.",
    hyperparameters: {
      popularity_discount_factor: fraction("0.0"),
      // "To use …, you must use HPO and provide minimum and maximum range values" (guide, "Similar-Items recipe").
      item_id_hidden_dim: { ...whole(100, 30, 200), tunedOnly: true },
      item_metadata_hidden_dim: { ...whole(100, 30, 200), tunedOnly: true },
    },
  },
  {
    ...plain,
    name: "aws-trending-now",
    type: "USER_PERSONALIZATION",
    asksFor: "nothing",
    algorithm: "aws-trending-now-custom",
    description: "Recommends the items whose interactions grow the fastest.",
    featureTransformations: {
      trend_discovery_frequency: choice("2 hours", ["30 minutes", "1 hour", "2 hours", "3 hours", "1 day"], false),
    },
    updates: "trends",
  },
  {
    ...plain,
    name: "aws-popularity-count",
    type: "USER_PERSONALIZATION",
    asksFor: "nothing",
    // It has that of SIMS without the parameters, which are described by the first recipe that refers to it.
    transformation: "sims",
    description: "Recommends the items with the most unique users.",
  },
];

/** Recipes that exist in AWS but not here: they return 501, not "does not exist". */
export const otherRecipes: readonly string[] = [
  "aws-hrnn",
  "aws-hrnn-metadata",
  "aws-hrnn-coldstart",
  "aws-item-affinity",
  "aws-item-attribute-affinity",
  "aws-next-best-action",
  "aws-semantic-similarity",
];

export const recipes: ReadonlyMap<string, Recipe> = new Map(catalogue.map((recipe) => [recipe.name, recipe]));
export const recipeArn = (name: string) => `arn:aws:personalize:::recipe/${name}`;
export const algorithmArn = ({ name, algorithm = name }: Recipe) => `arn:aws:personalize:::algorithm/${algorithm}`;
export const featureTransformationArn = ({ name, transformation = name }: Recipe) =>
  `arn:aws:personalize:::feature-transformation/${transformation}`;
