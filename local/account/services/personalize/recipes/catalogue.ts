/** The possible values of a hyperparameter. */
export type Hyperparameter =
  | { readonly kind: "whole" | "fraction"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] };

/** A member of GetRecommendations that names what the list is for. */
export type RequestMember = "userId" | "itemId";

export interface Recipe {
  /** The end of its ARN: `aws-user-personalization`. */
  readonly name: string;
  /**
   * The service model has these three. The guide's "Choosing a recipe" groups the trending and
   * popular recipes as POPULAR_ITEMS; its page of Popularity-Count says USER_PERSONALIZATION, that
   * of Trending-Now nothing (inferred).
   */
  readonly type: "USER_PERSONALIZATION" | "PERSONALIZED_RANKING" | "RELATED_ITEMS";
  /** The members that a request must have (guide, "Choosing a recipe": "API requirements"). */
  readonly asksFor: readonly RequestMember[];
  readonly hyperparameters: Readonly<Record<string, Hyperparameter>>;
  /** Those of the data before training, such as how long a history may be. */
  readonly featureTransformations: Readonly<Record<string, Hyperparameter>>;
  readonly takesExploration: boolean;
  readonly takesUpdate: boolean;
  /**
   * True if a solution may have an events configuration (guide, "Optimizing a solution with events
   * configuration").
   */
  readonly weighsEvents: boolean;
  /** Metadata in responses without the campaign asking for it. */
  readonly metadataIncluded: boolean;
  /** Updates of a served version without a training, see `createAutomaticUpdates`. */
  readonly updates: "new items" | "trends" | "none";
}

const whole = (min: number, max: number): Hyperparameter => ({ kind: "whole", min, max });
const fraction: Hyperparameter = { kind: "fraction", min: 0, max: 1 };
const choice = (...choices: readonly string[]): Hyperparameter => ({ kind: "choice", choices });

const historyLengths = {
  min_user_history_length_percentile: fraction,
  max_user_history_length_percentile: fraction,
};
const hrnn = {
  hidden_dimension: whole(32, 256),
  bptt: whole(2, 32),
  recency_mask: choice("true", "false"),
};
const transformer = { apply_recency_bias: choice("true", "false") };
const plain = {
  asksFor: ["userId"],
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
    hyperparameters: transformer,
    weighsEvents: true,
    metadataIncluded: true,
    updates: "new items",
  },
  {
    ...plain,
    name: "aws-personalized-ranking",
    type: "PERSONALIZED_RANKING",
    hyperparameters: hrnn,
    featureTransformations: historyLengths,
  },
  {
    ...plain,
    name: "aws-personalized-ranking-v2",
    type: "PERSONALIZED_RANKING",
    hyperparameters: transformer,
    weighsEvents: true,
    metadataIncluded: true,
  },
  {
    ...plain,
    name: "aws-sims",
    type: "RELATED_ITEMS",
    asksFor: ["itemId"],
    hyperparameters: {
      popularity_discount_factor: fraction,
      min_cointeraction_count: whole(0, 10),
    },
    featureTransformations: {
      min_user_history_length_percentile: fraction,
      max_user_history_length_percentile: fraction,
      min_item_interaction_count_percentile: fraction,
      max_item_interaction_count_percentile: fraction,
    },
  },
  {
    ...plain,
    name: "aws-similar-items",
    type: "RELATED_ITEMS",
    asksFor: ["itemId"],
    hyperparameters: {
      popularity_discount_factor: fraction,
    },
  },
  {
    ...plain,
    name: "aws-trending-now",
    type: "USER_PERSONALIZATION",
    asksFor: [],
    featureTransformations: {
      trend_discovery_frequency: choice("30 minutes", "1 hour", "2 hours", "3 hours", "1 day"),
    },
    updates: "trends",
  },
  {
    ...plain,
    name: "aws-popularity-count",
    type: "USER_PERSONALIZATION",
    asksFor: [],
  },
];

/**
 * A recipe that exists in AWS but not here: a solution with it returns 501, not "does not exist".
 */
export interface OtherRecipe {
  readonly name: string;
  /** Absent where the guide has none. */
  readonly type?: string;
  /** True if AWS no longer lists it (see `ListRecipes`). */
  readonly legacy?: boolean;
}

/** Guide, "Choosing a recipe". */
export const otherRecipes: readonly OtherRecipe[] = [
  { name: "aws-hrnn", type: "USER_PERSONALIZATION", legacy: true },
  { name: "aws-hrnn-metadata", type: "USER_PERSONALIZATION", legacy: true },
  { name: "aws-hrnn-coldstart", type: "USER_PERSONALIZATION", legacy: true },
  { name: "aws-item-affinity", type: "USER_SEGMENTATION" },
  { name: "aws-item-attribute-affinity", type: "USER_SEGMENTATION" },
  { name: "aws-next-best-action", type: "PERSONALIZED_ACTIONS" },
  { name: "aws-semantic-similarity", type: "RELATED_ITEMS" },
];

export const recipes: ReadonlyMap<string, Recipe> = new Map(catalogue.map((recipe) => [recipe.name, recipe]));
export const recipeArn = (name: string) => `arn:aws:personalize:::recipe/${name}`;
