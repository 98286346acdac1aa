// The keys of the promotion gate.
import type { z } from "zod";
import { type RecipeName, recipeNames, recipes } from "../../dynamic-providers/checks/recipes";
import type { Gate } from "../../functions/retraining/promotion-gate";
import { numberFrom, oneOf, wholeNumber } from "./fields";

const metrics = [
  "coverage",
  "mean_reciprocal_rank_at_25",
  "normalized_discounted_cumulative_gain_at_5",
  "normalized_discounted_cumulative_gain_at_10",
  "normalized_discounted_cumulative_gain_at_25",
  "precision_at_5",
  "precision_at_10",
  "precision_at_25",
] as const;

/**
 * Metrics of models with event weights (guide, "Evaluating a solution version with metrics"; the
 * last numbers are those of the plain metric).
 */
export const weighedMetrics = [5, 10, 25].map(
  (k) => `normalized_discounted_cumulative_gain_with_event_weights_at_${k}`,
);

/**
 * The promotion gate, with the bounds of `Gate`: a new bound is an entry here and a rule in
 * functions/retraining/promotion-gate.ts. A key with the prefix `rerank` gives the re-ranking model
 * another value.
 */
export const gateFields = {
  // Group: Gate
  /**
   * The offline metric that the gate compares. One with event weights is for models that have them;
   * versions with other weights are compared by the plain metric.
   */
  promotionMetric: oneOf([...metrics, ...weighedMetrics]).default("normalized_discounted_cumulative_gain_at_5"),
  /** A candidate's metric must be greater than this. With 0, a metric of 0 passes too. */
  promotionThreshold: numberFrom(0, 1).default(0.01),
  /**
   * The most by which a candidate may be worse than the serving version, and than the best of the
   * last versions that served.
   */
  allowedMetricDrop: numberFrom(0, 1).default(0.02),
  /**
   * The last versions that served, the serving one included, with the best of which a candidate is
   * compared. 1: only the serving version.
   */
  comparedVersions: wholeNumber(1, 30).default(5),
} satisfies Record<keyof Gate, z.ZodType>;

/**
 * Bounds of recipes in place of the stack's: the metrics say little about trends, so that each
 * version is promoted.
 */
export const gatesOfRecipes: Partial<Record<RecipeName, Partial<Gate>>> = {
  "aws-trending-now": { promotionThreshold: 0, allowedMetricDrop: 1 },
};

/** The same keys without defaults, for models with their own bounds. */
export const ownGateFields = {
  promotionMetric: oneOf([
    ...metrics,
    ...weighedMetrics,
    ...recipeNames.flatMap((name) => recipes[name].ownMetrics),
  ]).optional(),
  promotionThreshold: gateFields.promotionThreshold.unwrap().optional(),
  allowedMetricDrop: gateFields.allowedMetricDrop.unwrap().optional(),
  comparedVersions: gateFields.comparedVersions.unwrap().optional(),
} satisfies Record<keyof Gate, z.ZodType>;
