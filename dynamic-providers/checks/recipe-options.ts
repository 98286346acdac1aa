import type { Failure } from "./rules";
import { isUnknown } from "./unknown";

/** The inputs of a solution that depend on its recipe. */
export interface RecipeInputs {
  recipeArn: string;
  algorithmHyperParameters: Record<string, string>;
  performHPO: boolean;
}

/**
 * Checks the recipe and its options by the tables "Algorithm hyperparameters" of the guide's recipe pages. `[least, most]`
 * are whole numbers, `[least, most, 0]` any. The other tables there, "Featurization hyperparameters" such as
 * `min_user_history_length_percentile`, are not for this input: the API takes them as `featureTransformationParameters`.
 */
export function checkRecipeOptions({ recipeArn, algorithmHyperParameters, performHPO }: RecipeInputs): Failure[] {
  const flag = "true or false";
  const network = { hidden_dimension: [32, 256], bptt: [2, 32], recency_mask: flag };
  const transformer = { apply_recency_bias: flag };
  const options = {
    "user-personalization": network,
    "user-personalization-v2": transformer,
    "personalized-ranking": network,
    "personalized-ranking-v2": transformer,
    "popularity-count": {},
    "trending-now": {},
    sims: { popularity_discount_factor: [0, 1, 0], min_cointeraction_count: [0, 10] },
    // Its two dimensions need ranges of a search, which this resource does not have.
    "similar-items": { popularity_discount_factor: [0, 1, 0] },
  };
  if (isUnknown(recipeArn)) return [];
  const recipe = /^arn:aws[a-z-]*:personalize:::recipe\/aws-(.+)$/.exec(String(recipeArn))?.[1] ?? "";
  const allowed = new Map<string, Record<string, string | number[]>>(Object.entries(options)).get(recipe);
  if (!allowed) {
    const known = Object.keys(options).map((name) => `aws-${name}`);
    return [{ property: "recipeArn", reason: `Give arn:aws:personalize:::recipe/ and one of: ${known.join(", ")}.` }];
  }
  const failures: Failure[] = [];
  if (performHPO === true && !/^(user-personalization|personalized-ranking|sims|similar-items)$/.test(recipe)) {
    failures.push({ property: "performHPO", reason: `aws-${recipe} has no hyperparameter search. Set it to false.` });
  }
  const rules = new Map(Object.entries(allowed));
  for (const [key, value] of Object.entries(algorithmHyperParameters ?? {})) {
    const rule = rules.get(key);
    const number = typeof value === "string" && value.trim() ? Number(value) : Number.NaN;
    const fits =
      isUnknown(value) ||
      (Array.isArray(rule)
        ? number >= (rule[0] ?? 0) && number <= (rule[1] ?? 0) && (rule.length === 3 || Number.isInteger(number))
        : rule === flag && ["true", "false"].includes(value));
    const range = Array.isArray(rule)
      ? `a${rule.length === 3 ? "" : " whole"} number from ${rule[0]} to ${rule[1]}`
      : flag;
    const reason = rule ? `${key}: give ${range}, as text.` : `aws-${recipe} has no algorithm hyperparameter ${key}.`;
    if (!rule || !fits) failures.push({ property: "algorithmHyperParameters", reason });
  }
  return failures;
}
