import { computeContextRatios, type RequestContext } from "../data/context";
import { selectBest } from "../data/top";
import type { HistoryEvent, ScoredItem, TrainedModel } from "../data/types";
import { historyLimit, normalise } from "../model/evidence";
import { predictNext } from "../model/mixture";
import { rankRelated } from "../recipes/related";
import { type Exploration, explore } from "./exploration";
import { indexPositions } from "./positions";
import { type Inside, open } from "./trained";

interface RecommendOptions {
  /** Length of the list; it is shorter when fewer items pass. */
  readonly numResults: number;
  /**
   * The filter, by item id; applied after the scores are normalised, so that it never changes them.
   */
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
 * GetRecommendations: the best items after a history (oldest event first), best first, equal scores
 * by item id. Scores are probabilities over all items of the model; recipes other than the
 * personalising ones return no scores.
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
  if (inside.family !== "mixture") {
    const item = indexPositions(itemIds).get(options.itemId ?? "");
    return listUnscored(inside, userCounts, item, numResults, passes).map((index) => ({ itemId: idOf(index) }));
  }
  const chances = predictNext(inside, findKnownHistory(model, history));
  const scores = multiply(chances, computeContextRatios(contexts, options.context));
  const scored = (index: number) => ({ itemId: idOf(index), score: scores[index] ?? 0 });
  if (!exploration || exploration.weight <= 0) return selectBest(scores, numResults, passes).map(scored);
  return explore(scores, numResults, passes, exploration).map(({ index, explored }) =>
    explored ? { ...scored(index), reason: ["Exploration"] } : scored(index),
  );
}

/** The chances in a situation that multiplies them; their sum stays 1. */
const multiply = (chances: Float64Array, ratios: Float64Array | undefined): Float64Array =>
  ratios ? toShares(chances.map((chance, item) => chance * (ratios[item] ?? 1))) : chances;

function toShares(values: Float64Array): Float64Array {
  normalise(values);
  return values;
}

/** The list of a recipe without scores: one for all users, or the items related to `item`. */
export function listUnscored(
  inside: Exclude<Inside, { family: "mixture" }>,
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
 * GetPersonalizedRanking: the given items, best first; scores are probabilities over those that the
 * model knows. Unknown items follow in their order with score 0. An id given twice is ranked once.
 */
export function rank(
  model: TrainedModel,
  history: readonly HistoryEvent[],
  itemIds: readonly string[],
  context?: RequestContext,
): ScoredItem[] {
  const { inside, contexts } = open(model);
  if (inside.family !== "mixture") throw new Error(`The recipe ${model.recipe} does not rank.`);
  const index = indexPositions(model.itemIds);
  const distinct = [...new Set(itemIds)];
  const known = Int32Array.from(distinct.flatMap((itemId) => index.get(itemId) ?? [])).sort();
  const chances = predictNext(inside, findKnownHistory(model, history));
  const all = multiply(chances, computeContextRatios(contexts, context));
  const scores = toShares(Float64Array.from(known, (item) => all[item] ?? 0));
  const ranked = selectBest(scores, known.length).map((position) => ({
    itemId: model.itemIds[known[position] ?? 0] ?? "",
    score: scores[position] ?? 0,
  }));
  const unknown = distinct.filter((itemId) => !index.has(itemId)).map((itemId) => ({ itemId, score: 0 }));
  return [...ranked, ...unknown];
}
