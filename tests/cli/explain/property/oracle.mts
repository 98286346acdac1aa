// What is true of a world, by docs/operations.md, docs/contract.md and the guide: nothing of it is
// from the command.
import type { Cause } from "../../../../cli/explain/checks.ts";
import { isOpen } from "./filters.mts";
import { answer, listLength, longestListOf, removalsOf, subjectOf } from "./service.mts";
import { now, nowhere, visitor, type World, type WorldEvent } from "./world.mts";

export const inOrder: readonly Cause[] = [
  "request-refused",
  "fallback",
  "event-not-delivered",
  "visitor-unknown",
  "item-unknown",
  "events-after-training",
  "item-after-training",
  "list-for-all",
  "ranked-below",
  "item-unavailable",
  "removed-by-filter",
  "already-seen",
  "filter-leaves-few",
];

/** The command reads from here on. */
const readFrom = ({ days }: World): number => now.getTime() - days * 24 * 3_600_000;

/** Records of the stream that the quarantine bucket has. */
const isLost = ({ fate }: WorldEvent): boolean => fate === "refused" || fate === "given up";
export const isConcerned = (world: World, event: WorldEvent): boolean =>
  event.of === visitor && isLost(event) && event.arrivedAt.getTime() >= readFrom(world);

/** A refused update counts until a right one of the same item was taken. */
function isUpdateLost({ item, items, refusedUpdateAt, ...world }: World): boolean {
  if (item === undefined || refusedUpdateAt === undefined || refusedUpdateAt.getTime() < readFrom(world as World)) {
    return false;
  }
  const addedAt = items.find(({ id }) => id === item)?.addedAt;
  return addedAt === undefined || addedAt <= refusedUpdateAt;
}

/** The causes that are true, whoever can know it. */
export function listTrue(world: World): Set<Cause> {
  const found = new Set<Cause>();
  const add = (cause: Cause, isTrue: boolean) => isTrue && found.add(cause);
  const { placement, item, ranking, events, trainedAt, consumer, clauses } = world;
  const given = answer(world);
  const isRefused = given.kind === "refused";
  const isOfCampaign = given.kind === "list" && given.source === "personalize";
  const hasModel = placement !== "popular" && !isRefused;
  const isPersonal = placement === "recommendation";
  add("request-refused", isRefused);
  add("fallback", given.kind === "list" && given.source === "fallback");
  add(
    "event-not-delivered",
    events.some((event) => isConcerned(world, event)) || isUpdateLost(world) || consumer !== "Enabled",
  );
  const own = events.filter(({ of }) => of === visitor);
  const taken = own.filter(({ isWithService }) => isWithService);
  add("visitor-unknown", hasModel && isPersonal && taken.length === 0);
  const archived = own.filter(({ fate }) => fate !== "refused");
  const isOld = ({ fate, arrivedAt }: WorldEvent) => fate === "imported" || arrivedAt < trainedAt;
  add("events-after-training", hasModel && isPersonal && archived.length > 0 && !taken.some(isOld));
  add("list-for-all", placement === "popular" || (placement === "crowd" && isOfCampaign));
  if (isOfCampaign && clauses.length > 0) {
    const most = Math.min(listLength, ranking.length);
    add("filter-leaves-few", given.items.length < most);
  }
  if (item === undefined) return found;

  const isListed = given.kind === "list" && given.items.includes(item);
  const isKnown = hasModel
    ? ranking.includes(item)
    : events.some((event) => event.item === item && event.fate !== "refused");
  add("item-unknown", item === nowhere && !isListed && !isKnown);
  const isShown = ranking.slice(0, longestListOf(world)).includes(item);
  const isTrained = isInTraining(world, item);
  add("item-after-training", item !== nowhere && hasModel && !isListed && !isShown && !isTrained);
  if (isListed || given.kind !== "list") return found;
  const removals = isOfCampaign ? removalsOf(world, item) : new Set();
  for (const cause of removals as ReadonlySet<Cause>) add(cause, true);
  const isUnavailable = world.items.find(({ id }) => id === item)?.columns.STATUS === "unavailable";
  if (!isOfCampaign) add("item-unavailable", isUnavailable);
  const isFull = given.items.length === listLength;
  add("ranked-below", isOfCampaign && isFull && removals.size === 0 && (isShown || isTrained));
  return found;
}

/** The catalogue had the item before the training, or an event that the service got. */
const isInTraining = ({ items, events, trainedAt }: World, item: string): boolean =>
  items.some(({ id, addedAt }) => id === item && (addedAt === undefined || addedAt <= trainedAt)) ||
  events.some(
    (event) => event.item === item && event.isWithService && (event.fate === "imported" || event.arrivedAt < trainedAt),
  );

/** Something was not read, or the guide leaves it open. */
export function isHidden(world: World): boolean {
  const { born, events, item, clauses, campaign, isFilterGone } = world;
  return (
    born.getTime() < readFrom(world) ||
    events.some(({ fate, arrivedAt }) => fate !== "imported" && world.lostOfHour(arrivedAt) !== "kept") ||
    events.some(({ fate, of }) => fate === "given up" && of !== "") ||
    world.consumer !== "Enabled" ||
    world.isQuarantineUnreadable ||
    world.isRowUnreadable ||
    world.isUserUnreadable ||
    campaign !== "answers" ||
    isFilterGone ||
    world.ranking.length > longestListOf(world) ||
    (item !== undefined && isOpen(clauses, subjectOf(world, item)))
  );
}
