import type { GetRecommendationsRequest } from "@aws-sdk/client-personalize-runtime";
import { invalidInput } from "../faults";
import type { ScoredItem } from "../recommender/data/types";
import { recommend } from "../recommender/serving/serve";
import { recordsDataset } from "../state/state";
import { leaveOutKnown, requestFilter } from "./filter-facts";
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
  const { model } = serving;
  const { userId, itemId, context } = input;
  refuseMissing(serving, input);
  const history = historyFor(serving, userId);
  const best = (count: number, keep: Keep | undefined, exploring = {}) =>
    recommend(model, history, {
      numResults: count,
      ...(keep && { keep }),
      ...(itemId !== undefined && { itemId }),
      context,
      ...exploring,
    });
  const subject = { userId, itemId };
  const isNew = leaveOutKnown(serving, userId);
  const keep = both(isNew, requestFilter(serving, input, subject));
  const known = best(numResults, keep, explorationOf(serving, recommendationId));
  const list = keep ? [...known, ...placeholders(serving, keep, numResults - known.length)] : known;
  const [promotion] = input.promotions ?? [];
  if (!promotion) return list;
  // The guide does not say whether a promotion brings back what the use case leaves out.
  const bestNew: typeof best = (count, promoted) => best(count, both(isNew, promoted));
  return withPromotion(serving, list, promotion, { subject, numResults, best: bestNew, recommendationId });
}

function refuseMissing(
  { asksFor, useCase, recipe }: Serving,
  { userId, itemId, promotions = [] }: GetRecommendationsRequest,
): void {
  const { name } = useCase ?? recipe;
  if (asksFor.includes("itemId") && itemId === undefined) {
    throw invalidInput(`itemId is missing: the recipe ${name} recommends items related to it.`);
  }
  if (asksFor.includes("userId") && userId === undefined) {
    throw invalidInput(`userId is missing: the recipe ${name} recommends for a user.`);
  }
  if (promotions.length > 0 && useCase?.takesPromotion === false) {
    throw invalidInput(`promotions is not available for the recipe ${name}.`);
  }
}

type Keep = (itemId: string) => boolean;

/** Passes what passes both. */
const both = (a: Keep | undefined, b: Keep | undefined): Keep | undefined =>
  a && b ? (itemId) => a(itemId) && b(itemId) : (a ?? b);

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
  keep: Keep,
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
