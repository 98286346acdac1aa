// The service's answers in a world.
import { listRemovals, passes, type Subject } from "./filters.mts";
import { nowhere, visitor, type World } from "./world.mts";

export const listLength = 10;

export function subjectOf(world: World, id: string): Subject {
  const columnsOf = (wanted: string) => world.items.find((each) => each.id === wanted)?.columns ?? {};
  const types = world.events
    .filter(({ of, item, isWithService }) => of === visitor && item === id && isWithService)
    .map(({ type }) => type.toLowerCase());
  return {
    item: id === nowhere ? {} : columnsOf(id),
    user: world.user,
    currentItem: world.placement === "similar" ? columnsOf(world.relatedTo) : {},
    types: new Set(types),
    kinds: world.kinds,
    open: world.open,
  };
}

/** The places that the promotion has, at most. */
export const countPromoted = ({ promotion }: World): number => ((promotion?.percent ?? 0) * listLength) / 100;

export const removalsOf = (world: World, id: string) => listRemovals(world.clauses, subjectOf(world, id));

/**
 * A campaign's list: promoted items take their places if enough pass the promotion's filter; the
 * request's filter is for the others (guide, "Promoting items in recommendations").
 */
export function recommend(world: World): string[] {
  const { ranking, promotion } = world;
  const promoted = promotion
    ? ranking.filter((id) => passes(promotion.clauses, subjectOf(world, id))).slice(0, countPromoted(world))
    : [];
  const others = ranking.filter((id) => !promoted.includes(id) && removalsOf(world, id).size === 0);
  return [...others.slice(0, listLength - promoted.length), ...promoted];
}

/** A campaign with columns lists less (API reference, GetRecommendations, `numResults`). */
export const longestListOf = ({ hasColumns, placement }: World): number =>
  hasColumns && placement === "recommendation" ? 50 : 500;

/** The list of popular items, which is written without unavailable ones. */
export const popular = ({ items }: World): string[] =>
  items.flatMap(({ id, columns }) => (columns.STATUS === "unavailable" ? [] : id)).slice(0, listLength);

export type Answer =
  | { readonly kind: "refused" }
  | { readonly kind: "list"; readonly source: "personalize" | "list" | "fallback"; readonly items: readonly string[] };

/** The function's answer to the request of the page. */
export function answer(world: World): Answer {
  if (world.filter === "misspelt") return { kind: "refused" };
  if (world.placement === "popular") return { kind: "list", source: "list", items: popular(world) };
  if (world.campaign === "throttles" || world.isFilterGone) {
    return { kind: "list", source: "fallback", items: popular(world) };
  }
  return { kind: "list", source: "personalize", items: recommend(world) };
}
