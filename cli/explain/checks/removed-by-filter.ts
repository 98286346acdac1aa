import { toColumnKey } from "../../../functions/ingestion/columns";
import { isUnavailable } from "../../../functions/ingestion/items/unavailable";
import { availabilityColumn, unavailableStatus } from "../../../functions/support/availability";
import { describe, showObject } from "../calls";
import type { Check } from "../check";
import type { Facts } from "../facts/gather";
import { findColumn, type Removal } from "../judge-item";

const isAvailability = ({ clause, tests }: Removal): boolean =>
  clause.mode === "EXCLUDE" &&
  tests.some(
    ({ dataset, column, values }) =>
      dataset === "items" &&
      toColumnKey(column) === availabilityColumn &&
      values.some((value) => value.kind === "fixed" && value.text === unavailableStatus),
  );

const isOfEvents = ({ tests }: Removal): boolean => tests.some(({ dataset }) => dataset === "interactions");

/** The clauses that remove the item; none for one that is in the list all the same. */
function listRemovals({ item, answer }: Facts, isOne: (removal: Removal) => boolean): readonly Removal[] {
  if (!item || item.place !== undefined || answer.source !== "personalize") return [];
  return "unknown" in item.removals ? [] : item.removals.filter(isOne);
}

/** The place that the item would have. */
function describePlace({ item, answer }: Facts): string {
  if (item?.plainPlace === undefined) return "";
  const isBelow = item.plainPlace > answer.items.length;
  return ` Without the filter it is at place ${item.plainPlace}${isBelow ? ", below the list's end" : ""}.`;
}

/** An item that must not be recommended. Lists of popular items are written without such items. */
export const checkAvailability: Check = (facts) => {
  const { item, answer } = facts;
  if (!item || item.place !== undefined || answer.source === undefined) return undefined;
  const isLeftOut = answer.source === "personalize" ? listRemovals(facts, isAvailability).length > 0 : true;
  if (!isLeftOut || !item.row || !isUnavailable(item.row)) return undefined;
  const since = item.row?.changedAt === undefined ? "since the import" : `by an update of ${item.row.changedAt}`;
  return {
    cause: "item-unavailable",
    text: `${item.id} is ${unavailableStatus}: its column ${availabilityColumn} says so ${since}, and such items are not recommended.${describePlace(facts)}`,
    see: showObject(item.object),
    remedy:
      "If it is available, send an itemUpdate with available: true (docs/contract.md). It counts within 20 minutes.",
  };
};

/** An item that a clause of the request's filter removes, by columns of the item or the visitor. */
export const checkFilter: Check = (facts) => {
  const { item, filter } = facts;
  const removals = listRemovals(facts, (removal) => !isAvailability(removal) && !isSeen(removal));
  if (!item || !filter || removals.length === 0) return undefined;
  const columns = removals.flatMap(({ tests }) =>
    tests.flatMap(({ dataset, column }) => (dataset === "items" ? column : [])),
  );
  const values = [...new Set(columns)].map((column) => {
    const value = findColumn({ ...item.row?.columns }, column);
    return value === undefined ? `no ${column}` : `${column} ${JSON.stringify(value)}`;
  });
  const [first] = removals;
  const clauses = removals.map(({ clause }) => clause.text).join(" | ");
  const how = first?.clause.mode === "INCLUDE" ? "does not take" : "takes away";
  return {
    cause: "removed-by-filter",
    text: `The filter removes ${item.id}: ${clauses} ${how} it.${values.length > 0 ? ` The item has ${values.join(", ")}.` : ""}${describePlace(facts)}`,
    see: describe("filter", filter.arn),
    remedy: "Correct the item's columns by an itemUpdate, or ask with another filter (recommender:filters).",
  };
};

const isSeen = (removal: Removal): boolean => removal.clause.mode === "EXCLUDE" && isOfEvents(removal);

/** An item that the filter removes because of what the visitor did with it. */
export const checkSeen: Check = (facts) => {
  const { item, filter, question, delivered } = facts;
  const [removal] = listRemovals(facts, isSeen);
  if (!item || !filter || !removal) return undefined;
  const events = delivered.filter(({ itemId }) => itemId === item.id);
  const newest = events.reduce((one, other) => (other.sentAt > one.sentAt ? other : one));
  return {
    cause: "already-seen",
    text: `The visitor ${question.visitor} has had ${item.id} already (${newest.eventType} at ${newest.sentAt.toISOString()}), and the filter removes such items: ${removal.clause.text}.${describePlace(facts)}`,
    see: describe("filter", filter.arn),
    remedy:
      "This is what the filter is for. To show seen items too, ask without it or change it (recommender:filters).",
  };
};
