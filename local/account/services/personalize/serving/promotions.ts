import type { Promotion } from "@aws-sdk/client-personalize-runtime";
import { stream } from "../../../aws/random";
import { invalidInput } from "../faults";
import type { ScoredItem } from "../recommender/data/types";
import { requestFilter, type Subject } from "./filter-facts";
import type { Serving } from "./served-version";

export interface PromotedItem extends ScoredItem {
  readonly promotionName?: string;
}

interface Promoting {
  readonly subject: Subject;
  readonly numResults: number;
  /** Recommends as the request asks, `count` of the items that pass. */
  readonly best: (count: number, keep: ((itemId: string) => boolean) | undefined) => readonly ScoredItem[];
  /** Seeds the places, so that a response can be reproduced. */
  readonly recommendationId: string;
}

/**
 * Puts promoted items at random places of a list, in their own order. Only the promotion's filter
 * applies to them, not the request's; when few items match, there are fewer (guide, "Promoting
 * items in recommendations").
 */
export function withPromotion(
  serving: Serving,
  list: readonly ScoredItem[],
  { name, percentPromotedItems, filterArn, filterValues }: Promotion,
  { subject, numResults, best, recommendationId }: Promoting,
): PromotedItem[] {
  if (name === undefined) throw invalidInput("promotions[0].name is missing.");
  if (percentPromotedItems === undefined) throw invalidInput("promotions[0].percentPromotedItems is missing.");
  if (filterArn === undefined) throw invalidInput("promotions[0].filterArn is missing.");
  const keep = requestFilter(serving, { filterArn, filterValues }, subject);
  const count = Math.round((numResults * percentPromotedItems) / 100);
  if (count === 0) return [...list];
  const promoted = best(count, keep);
  const isPromoted = new Set(promoted.map(({ itemId }) => itemId));
  const others = list.filter(({ itemId }) => !isPromoted.has(itemId)).slice(0, numResults - promoted.length);
  const length = others.length + promoted.length;
  const positions = new Set(stream(`promote/${recommendationId}`).perm(length).slice(0, promoted.length));
  const next = { promoted: 0, other: 0 };
  const isV2 = serving.recipe.name.endsWith("-v2");
  return Array.from({ length }, (_, position) => {
    if (!positions.has(position)) return others[next.other++];
    const item = promoted[next.promoted++];
    // Version 2 says why an item is in the list (API reference, PredictedItem).
    return item && { ...item, promotionName: name, ...(isV2 && { reason: ["Promoted item"] }) };
  }).filter((item) => item !== undefined);
}
