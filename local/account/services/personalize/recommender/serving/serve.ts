import { computeContextUtilities, type RequestContext } from "../data/context";
import { selectBest } from "../data/top";
import type { HistoryEvent, ScoredItem, TrainedModel } from "../data/types";
import { rankRelated } from "../recipes/related";
import { historyLimit } from "../stage2/features";
import { type Exploration, explore } from "./exploration";
import { indexPositions } from "./positions";
import { computeSoftmax, computeUtilities, computeUtilityShares } from "./scores";
import { type Inside, open } from "./trained";

interface RecommendOptions {
  /** Length of the list; it is shorter when fewer items pass. */
  readonly numResults: number;
  /** The filter, by item id; applied after the scores are normalised, so that it never changes them. */
  readonly keep?: (itemId: string) => boolean;
  /** User-Personalization only. */
  readonly exploration?: Exploration;
  /** The item that related ones are asked for; item-to-item recipes only. */
  readonly itemId?: string;
  /** Personalising recipes only. */
  readonly context?: RequestContext | undefined;
}

/** Finds those of the newest events whose item the model knows. */
function findKnownHistory({ itemIds }: TrainedModel, history: readonly HistoryEvent[]): number[] {
  const index = indexPositions(itemIds);
  return history.slice(-historyLimit).flatMap(({ itemId }) => index.get(itemId) ?? []);
}

/**
 * GetRecommendations: the best items after a history (oldest event first), best first, equal scores by item id. Scores are
 * a softmax over all items of the model; recipes other than the personalising ones return no scores.
 */
export function recommend(
  model: TrainedModel,
  history: readonly HistoryEvent[],
  options: RecommendOptions,
): ScoredItem[] {
  const { inside, itemIds, userCounts, contexts } = open(model);
  const { numResults, keep, exploration } = options;
  const idOf = (index: number) => itemIds[index] ?? "";
  const passes = keep ? (index: number) => keep(idOf(index)) : () => true;
  if (inside.family !== "blend") {
    const item = indexPositions(itemIds).get(options.itemId ?? "");
    return listUnscored(inside, userCounts, item, numResults, passes).map((index) => ({ itemId: idOf(index) }));
  }
  const situation = computeContextUtilities(contexts, options.context);
  const { values, sum } = weighShares(computeUtilityShares(inside, findKnownHistory(model, history)), situation);
  const scored = (index: number) => ({ itemId: idOf(index), score: (values[index] ?? 0) / sum });
  if (!exploration || exploration.weight <= 0) return selectBest(values, numResults, passes).map(scored);
  return explore(values, numResults, passes, exploration).map(({ index, explored }) =>
    explored ? { ...scored(index), reason: ["Exploration"] } : scored(index),
  );
}

/** The shares of the items in a situation. */
function weighShares(shares: { readonly values: Float64Array; readonly sum: number }, utilities?: Float64Array) {
  if (!utilities) return shares;
  const values = shares.values.map((value, item) => value * Math.exp(utilities[item] ?? 0));
  return { values, sum: values.reduce((a, b) => a + b, 0) };
}

/** The list of a recipe without scores: one for everybody, or the items related to `item`. */
export function listUnscored(
  inside: Exclude<Inside, { family: "blend" }>,
  userCounts: Float64Array,
  item: number | undefined,
  numResults: number,
  passes: (index: number) => boolean = () => true,
): number[] {
  const tiers = inside.family === "common-list" ? [inside.values] : rankRelated(inside, userCounts, item);
  const list: number[] = [];
  for (const values of tiers) {
    const mayEnter = (index: number) =>
      values[index] !== Number.NEGATIVE_INFINITY && !list.includes(index) && passes(index);
    list.push(...selectBest(values, numResults - list.length, mayEnter));
  }
  return list;
}

/**
 * GetPersonalizedRanking: the given items, best first; scores are a softmax over those that the model knows. Unknown items
 * follow in their order with score 0. An id given twice is ranked once.
 */
export function rank(
  model: TrainedModel,
  history: readonly HistoryEvent[],
  itemIds: readonly string[],
  context?: RequestContext,
): ScoredItem[] {
  const { inside, userCounts, contexts } = open(model);
  const situation = inside.family === "blend" ? computeContextUtilities(contexts, context) : undefined;
  const index = indexPositions(model.itemIds);
  const distinct = [...new Set(itemIds)];
  const known = Int32Array.from(distinct.flatMap((itemId) => index.get(itemId) ?? [])).sort();
  const all =
    inside.family === "blend"
      ? computeUtilities(inside, findKnownHistory(model, history))
      : userCounts.map((count) => Math.log(1 + count));
  const scores = computeSoftmax(Float64Array.from(known, (item) => (all[item] ?? 0) + (situation?.[item] ?? 0)));
  const ranked = selectBest(scores, known.length).map((position) => ({
    itemId: model.itemIds[known[position] ?? 0] ?? "",
    score: scores[position] ?? 0,
  }));
  const unknown = distinct.filter((itemId) => !index.has(itemId)).map((itemId) => ({ itemId, score: 0 }));
  return [...ranked, ...unknown];
}
