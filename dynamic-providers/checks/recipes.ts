/** The values that a parameter may have, all given as text; both ends are among them. */
export type OptionRule =
  | { readonly kind: "whole number" | "number"; readonly least: number; readonly most: number }
  | { readonly kind: "word"; readonly words: readonly string[] };

/** A recipe of Amazon Personalize: the facts on which this program depends. */
export interface Recipe {
  /**
   * A request names a visitor, an item whose relatives are wanted, or a list to rank ("Choosing a
   * recipe", guide).
   */
  readonly subject: "visitor" | "item" | "list";
  /** The tables "Algorithm hyperparameters" of the guide's recipe pages. */
  readonly hyperParameters: Readonly<Record<string, OptionRule>>;
  /**
   * Parameters of the data before the training, with their values: the API takes them as
   * `featureTransformationParameters`. The lengths of histories are left out
   * (`min_user_history_length_percentile` and others): no model here sets them.
   */
  readonly featureParameters: Readonly<Record<string, OptionRule>>;
  /**
   * Answers depend on the visitor: these models must beat popularity, with which the others cannot
   * be compared.
   */
  readonly personal: boolean;
  /** Campaigns follow new events without a training (guide, "Trending-Now recipe"). */
  readonly refreshesItself: boolean;
  /**
   * The campaign has exploration settings (API reference, CampaignConfig, `itemExplorationConfig`).
   */
  readonly explores: boolean;
  /**
   * A solution may weigh event types (guide, "Optimizing a solution with events configuration").
   */
  readonly weighsEvents: boolean;
  /**
   * Campaigns and trainings are charged by the hour, or campaigns by requests and trainings by the
   * interactions that they use: v2 recipes have "a different pricing model than other recipes"
   * (guide, the pages of the v2 recipes; AWS's price list).
   */
  readonly chargedBy: "hours" | "requests";
  /**
   * Metrics in addition to the eight of every recipe (guide, "Evaluating a solution version with
   * metrics"; its key is inferred).
   */
  readonly ownMetrics: readonly string[];
  /**
   * Item columns in answers without the campaign's switch, which is charged (guide, the pages of
   * the v2 recipes).
   */
  readonly includesColumns: boolean;
}

const plain = {
  refreshesItself: false,
  personal: false,
  hyperParameters: {},
  featureParameters: {},
  explores: false,
  weighsEvents: false,
  chargedBy: "hours",
  ownMetrics: [],
  includesColumns: false,
} as const;
const whole = (least: number, most: number): OptionRule => ({ kind: "whole number", least, most });
const words = (...all: string[]): OptionRule => ({ kind: "word", words: all });
const flag = words("true", "false");
const discount: OptionRule = { kind: "number", least: 0, most: 1 };
const network = { hidden_dimension: whole(32, 256), bptt: whole(2, 32), recency_mask: flag };
const secondVersion = {
  ...plain,
  personal: true,
  hyperParameters: { apply_recency_bias: flag },
  weighsEvents: true,
  chargedBy: "requests",
  includesColumns: true,
} as const;

/** Facts of each recipe that a solution can have: a new recipe is a row here, and its test. */
const rows = {
  "aws-user-personalization": {
    ...plain,
    subject: "visitor",
    personal: true,
    hyperParameters: network,
    explores: true,
  },
  "aws-user-personalization-v2": { ...secondVersion, subject: "visitor" },
  "aws-personalized-ranking": { ...plain, subject: "list", personal: true, hyperParameters: network },
  "aws-personalized-ranking-v2": { ...secondVersion, subject: "list" },
  "aws-popularity-count": { ...plain, subject: "visitor" },
  "aws-trending-now": {
    ...plain,
    subject: "visitor",
    refreshesItself: true,
    featureParameters: { trend_discovery_frequency: words("30 minutes", "1 hour", "2 hours", "3 hours", "1 day") },
    ownMetrics: ["trend_prediction_accuracy"],
  },
  "aws-sims": {
    ...plain,
    subject: "item",
    hyperParameters: { popularity_discount_factor: discount, min_cointeraction_count: whole(0, 10) },
  },
  "aws-similar-items": {
    ...plain,
    subject: "item",
    // Its two dimensions need ranges of a search, which a solution of this program does not have.
    hyperParameters: { popularity_discount_factor: discount },
  },
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof rows;
export const recipes: Readonly<Record<RecipeName, Recipe>> = rows;
export const recipeNames = Object.keys(rows) as readonly RecipeName[];

/** Lists the recipes that have a property. */
export const findRecipes = (isWanted: (recipe: Recipe) => boolean): RecipeName[] =>
  recipeNames.filter((name) => isWanted(recipes[name]));

/** The ARNs of the service's recipes have no Region and no account. */
export const toRecipeArn = (recipe: RecipeName): string => `arn:aws:personalize:::recipe/${recipe}`;
