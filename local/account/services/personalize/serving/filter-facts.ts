import { invalidInput } from "../faults";
import type { Facts } from "../filter-language/evaluate";
import { filterOf } from "../filter-language/evaluate";
import { readFilterValues } from "../filter-language/filter-values";
import { needsItem, needsUser } from "../filter-language/syntax";
import { interactionsDataset, type PersonalizeState, recordsDataset } from "../state/state";
import { historyOf } from "./histories";
import type { Serving } from "./served-version";

/** A filter sees this many of a user's newest events of each type (guide, "Quotas"). */
const maxEventsPerType = 100;

/** A filter with its values, as in a request or its promotion. */
interface GivenFilter {
  readonly filterArn?: string | undefined;
  readonly filterValues?: Readonly<Record<string, string>> | undefined;
}

/** The user and the item that a request names. */
export interface Subject {
  readonly userId?: string | undefined;
  readonly itemId?: string | undefined;
}

/**
 * Selects the items that a request's filter lets pass; undefined without a filter. Throws if the
 * filter cannot be used.
 */
export function requestFilter(
  { state, groupArn, recipe, useCase, asksFor }: Serving,
  { filterArn, filterValues }: GivenFilter,
  { userId, itemId }: Subject,
): ((itemId: string) => boolean) | undefined {
  if (filterArn === undefined) {
    if (filterValues !== undefined && Object.keys(filterValues).length > 0) {
      throw invalidInput("filterValues needs a filterArn.");
    }
    return undefined;
  }
  const filter = state.filters.find(filterArn);
  // The model of the runtime has no ResourceInUseException.
  if (filter.status !== "ACTIVE") throw invalidInput(`Filter ${filter.arn} is ${filter.status}; it must be ACTIVE.`);
  if (filter.groupArn !== groupArn) {
    throw invalidInput(`Filter ${filterArn} belongs to another dataset group than the campaign.`);
  }
  // "Required only if you apply a filter that requires it" (guide, "Choosing a recipe").
  if (userId === undefined && needsUser(filter.expressions)) {
    throw invalidInput(`userId is missing: the filter ${filter.arn} looks at a user's events or attributes.`);
  }
  // "only if your … custom recipe generates related items recommendations" (guide, "Filter
  // expression structure").
  if (!asksFor.includes("itemId") && needsItem(filter.expressions)) {
    throw invalidInput(
      `The filter ${filter.arn} uses CurrentItem, which the recipe ${(useCase ?? recipe).name} does not have.`,
    );
  }
  return filterOf(
    filter.expressions,
    readFilterValues(filterValues, filter.expressions, filter.parameters),
    factsOf(state, groupArn, { userId, itemId }),
  );
}

/**
 * Selects the items that a use case may recommend to the user: not those that were watched or
 * purchased, as far as filters see events (guide, "VIDEO_ON_DEMAND use cases": the quota "applies
 * to any automatic or custom filters"). Undefined where the use case leaves out nothing.
 */
export function leaveOutKnown(
  { state, groupArn, useCase }: Serving,
  userId: string | undefined,
): ((itemId: string) => boolean) | undefined {
  const type = useCase?.leavesOut?.toLowerCase();
  if (type === undefined || userId === undefined) return undefined;
  const types = eventTypes(state, groupArn, userId);
  return (itemId) => types.get(itemId)?.has(type) !== true;
}

function factsOf(state: PersonalizeState, groupArn: string, { userId, itemId: requested }: Subject): Facts {
  const items = recordsDataset(state, groupArn, "ITEMS");
  const users = recordsDataset(state, groupArn, "USERS");
  let types: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  const none: ReadonlySet<string> = new Set();
  return {
    item: (itemId, field) => items?.data.get(itemId, field),
    currentItem: (field) => (requested === undefined ? undefined : items?.data.get(requested, field)),
    user: (field) => (userId === undefined ? undefined : users?.data.get(userId, field)),
    eventTypesOf(itemId) {
      types ??= userId === undefined ? new Map() : eventTypes(state, groupArn, userId);
      return types.get(itemId) ?? none;
    },
  };
}

/**
 * Lists the event types, in lower case, of the user's newest events by item: imported ones without
 * waiting for a training.
 */
function eventTypes(state: PersonalizeState, groupArn: string, id: string): Map<string, Set<string>> {
  const byItem = new Map<string, Set<string>>();
  const data = interactionsDataset(state, groupArn)?.data;
  if (!data) return byItem;
  const snapshot = { bulk: data.bulk, bulkRows: data.bulk.length, streamedRows: 0 };
  const events = historyOf(data, { id, snapshot, accepts: () => true, limit: Number.MAX_SAFE_INTEGER });
  const taken = new Map<string, number>();
  for (const { itemId, eventType } of events.reverse()) {
    const type = eventType?.toLowerCase();
    if (type === undefined) continue;
    const count = taken.get(type) ?? 0;
    if (count >= maxEventsPerType) continue;
    taken.set(type, count + 1);
    byItem.set(itemId, (byItem.get(itemId) ?? new Set()).add(type));
  }
  return byItem;
}
