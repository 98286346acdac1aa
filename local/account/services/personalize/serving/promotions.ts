import type { Promotion } from "@aws-sdk/client-personalize-runtime";
import { stream } from "../../../aws/random";
import { invalidInput } from "../faults";
import type { HistoryEvent, ScoredItem } from "../recommender/data/types";
import { recommend } from "../recommender/serving/serve";
import { requestFilter } from "./filter-facts";
import type { Serving } from "./served-version";

export interface PromotedItem extends ScoredItem {
  readonly promotionName?: string;
}

interface Promoting {
  readonly history: readonly HistoryEvent[];
  readonly userId: string | undefined;
  readonly numResults: number;
  /** Seeds the places, so that a response can be reproduced. */
  readonly recommendationId: string;
}

/**
 * Puts promoted items at random places of a list, in their own order. Only the promotion's filter applies to them, not
 * the request's; when few items match, there are fewer (guide, "Promoting items in recommendations").
 */
export function withPromotion(
  { model, state, groupArn, recipe }: Serving,
  list: readonly ScoredItem[],
  { name, percentPromotedItems, filterArn, filterValues }: Promotion,
  { history, userId, numResults, recommendationId }: Promoting,
): PromotedItem[] {
  if (name === undefined) throw invalidInput("promotions[0].name is missing.");
  if (percentPromotedItems === undefined) throw invalidInput("promotions[0].percentPromotedItems is missing.");
  if (filterArn === undefined) throw invalidInput("promotions[0].filterArn is missing.");
  const keep = requestFilter(state, { filterArn, filterValues, groupArn, userId });
  const count = Math.round((numResults * percentPromotedItems) / 100);
  if (count === 0) return [...list];
  const promoted = recommend(model, history, { numResults: count, ...(keep && { keep }) });
  const isPromoted = new Set(promoted.map(({ itemId }) => itemId));
  const others = list.filter(({ itemId }) => !isPromoted.has(itemId)).slice(0, numResults - promoted.length);
  const length = others.length + promoted.length;
  const positions = new Set(stream(`promote/${recommendationId}`).perm(length).slice(0, promoted.length));
  const next = { promoted: 0, other: 0 };
  return Array.from({ length }, (_, position) => {
    if (!positions.has(position)) return others[next.other++];
    const item = promoted[next.promoted++];
    // Version 2 says why an item is in the list (API reference, PredictedItem).
    return item && { ...item, promotionName: name, ...(recipe.name.endsWith("-v2") && { reason: ["Promoted item"] }) };
  }).filter((item) => item !== undefined);
}
