import type { GetRecommendationsRequest } from "@aws-sdk/client-personalize-runtime";
import { invalidInput } from "../faults";
import type { ScoredItem } from "../recommender/data/types";
import { recommend } from "../recommender/serving/serve";
import { recordsDataset } from "../state/state";
import { requestFilter } from "./filter-facts";
import { itemFacts } from "./item-facts";
import { type PromotedItem, withPromotion } from "./promotions";
import { historyFor, type Serving } from "./served-version";

/**
 * The list of GetRecommendations, promotions included. `recommendationId` seeds the random choices.
 */
export function recommendedItems(
  serving: Serving,
  input: GetRecommendationsRequest,
  numResults: number,
  recommendationId: string,
): PromotedItem[] {
  const { model, recipe } = serving;
  const { userId, itemId, context } = input;
  if (recipe.asksFor === "item" && itemId === undefined) {
    throw invalidInput(`itemId is missing: the recipe ${recipe.name} recommends items related to it.`);
  }
  if (recipe.asksFor === "user" && userId === undefined) {
    throw invalidInput(`userId is missing: the recipe ${recipe.name} recommends for a user.`);
  }
  const history = historyFor(serving, userId);
  const best = (count: number, keep: ((itemId: string) => boolean) | undefined, exploring = {}) =>
    recommend(model, history, {
      numResults: count,
      ...(keep && { keep }),
      ...(itemId !== undefined && { itemId }),
      context,
      ...exploring,
    });
  const subject = { userId, itemId };
  const keep = requestFilter(serving, input, subject);
  const known = best(numResults, keep, explorationOf(serving, recommendationId));
  const list = keep ? [...known, ...placeholders(serving, keep, numResults - known.length)] : known;
  const [promotion] = input.promotions ?? [];
  return promotion ? withPromotion(serving, list, promotion, { subject, numResults, best, recommendationId }) : list;
}

/**
 * Version 2 explores without settings; the service's values are not public, so the defaults of
 * version 1 are used.
 */
function explorationOf({ exploration, recipe, state, interactions, version }: Serving, seed: string) {
  if (!recipe.takesExploration && recipe.name !== "aws-user-personalization-v2") return {};
  const { explorationWeight = "0.3", explorationItemAgeCutOff = "30" } = exploration;
  const facts = itemFacts(state, interactions, version);
  return {
    exploration: {
      weight: Number(explorationWeight),
      seed,
      young: facts.young(Number(explorationItemAgeCutOff)),
      boosts: facts.boosts,
    },
  };
}

/**
 * Fills a list of version 2 that a filter leaves short with popular items that pass it, without a
 * score (API reference, PredictedItem). A version scores all items that it knows, so these are the
 * ones that came after its training.
 */
function placeholders(
  { recipe, state, groupArn, interactions, model }: Serving,
  keep: (itemId: string) => boolean,
  missing: number,
): ScoredItem[] {
  if (recipe.name !== "aws-user-personalization-v2" || missing <= 0) return [];
  const known = new Set(model.itemIds);
  const { streamed } = interactions.data;
  const later = [...(recordsDataset(state, groupArn, "ITEMS")?.data.ids() ?? [])].filter(
    (itemId) => !known.has(itemId) && streamed.eventsOf(itemId) > 0 && keep(itemId),
  );
  return later
    .sort((a, b) => streamed.eventsOf(b) - streamed.eventsOf(a) || (a < b ? -1 : 1))
    .slice(0, missing)
    .map((itemId) => ({ itemId, reason: ["Popular item"] }));
}
