import { ownValue } from "../../../../aws/record";
import { TrainingRefused } from "../data/refused";

/** A recipe, with the hyperparameters that matter to it. */
export type Recipe =
  | { readonly family: "mixture"; readonly recency: boolean }
  | { readonly family: "popularity" }
  | { readonly family: "trending"; readonly windowSeconds: number }
  | { readonly family: "sims"; readonly popularityDiscount: number; readonly minCoInteractions: number }
  | { readonly family: "similar"; readonly popularityDiscount: number };

const trendWindows: Readonly<Record<string, number>> = {
  "30 minutes": 1800,
  "1 hour": 3600,
  "2 hours": 7200,
  "3 hours": 10_800,
  "1 day": 86_400,
};

/**
 * Reads a recipe's short name and hyperparameters. Those of the service's neural networks
 * (`hidden_dimension`, `bptt` …) have no counterpart here.
 * @throws TrainingRefused naming the recipe or the hyperparameter
 */
export function readRecipe(recipe: string, hyperparameters: Readonly<Record<string, string>>): Recipe {
  switch (recipe) {
    case "aws-user-personalization":
    case "aws-personalized-ranking":
      return { family: "mixture", recency: hyperparameters.recency_mask !== "false" };
    case "aws-user-personalization-v2":
    case "aws-personalized-ranking-v2":
      return { family: "mixture", recency: hyperparameters.apply_recency_bias !== "false" };
    case "aws-popularity-count":
      return { family: "popularity" };
    case "aws-trending-now":
      return { family: "trending", windowSeconds: readTrendWindow(hyperparameters) };
    case "aws-sims":
      return {
        family: "sims",
        popularityDiscount: readNumber(hyperparameters, "popularity_discount_factor", 0.5),
        minCoInteractions: readNumber(hyperparameters, "min_cointeraction_count", 3),
      };
    case "aws-similar-items":
      return {
        family: "similar",
        popularityDiscount: readNumber(hyperparameters, "popularity_discount_factor", 0),
      };
    default:
      throw new TrainingRefused(`The recipe ${recipe} has no model in the local account.`);
  }
}

/** Reads Trending-Now's interval, in seconds. */
export function readTrendWindow({
  trend_discovery_frequency: text = "2 hours",
}: Readonly<Record<string, string>>): number {
  const seconds = ownValue(trendWindows, text);
  if (seconds !== undefined) return seconds;
  throw new TrainingRefused(
    `trend_discovery_frequency is "${text}". Give one of: ${Object.keys(trendWindows).join(", ")}.`,
  );
}

function readNumber(hyperparameters: Readonly<Record<string, string>>, name: string, fallback: number): number {
  const text = ownValue(hyperparameters, name);
  const value = text === undefined ? fallback : Number(text);
  if (Number.isFinite(value) && text?.trim() !== "") return value;
  throw new TrainingRefused(`${name} is "${text}". Give a number.`);
}
