import { isUnavailable } from "../../../functions/ingestion/items/unavailable";
import { availabilityColumn, unavailableStatus } from "../../../functions/support/availability";
import { describe, showObject } from "../calls";
import { absent, type Check, claim, notKnown } from "../check";
import type { Facts, KnownEvent } from "../facts/facts";
import { findColumn, type Removal } from "../judge-item";
import { isMissing, isOfCampaign, plainPlaceOf } from "../places";
import { isOfSeen, judgeRemovals, pickRemovals, type RemovalKind } from "../removals";

/** The clauses of a kind that remove the item, or why that is not known. */
function findRemovals(facts: Facts, kind: RemovalKind): readonly Removal[] | { readonly unknown: string } {
  const judged = judgeRemovals(facts);
  if ("unread" in judged) return { unknown: judged.unread };
  const { removals, whyUnknown } = pickRemovals(judged.value, kind);
  return removals.length === 0 && whyUnknown !== undefined ? { unknown: whyUnknown } : removals;
}

/** The place that the item would have. */
function describePlace(facts: Facts): string {
  const place = plainPlaceOf(facts);
  if (place === undefined || facts.answer.kind !== "list") return "";
  const isBelow = place > facts.answer.items.length;
  return ` Without the filter it is at place ${place}${isBelow ? ", below the list's end" : ""}.`;
}

/** An item that must not be recommended. Lists of popular items are written without such items. */
export const checkAvailability: Check = (facts) => {
  const { item } = facts;
  if (!item || !isMissing(facts)) return absent;
  if ("unread" in item.row) return notKnown(item.row.unread);
  const { row, object } = item.row.value;
  if (!row || !isUnavailable(row)) return absent;
  const removals = isOfCampaign(facts) ? findRemovals(facts, "unavailable") : undefined;
  if (removals && "unknown" in removals) return notKnown(removals.unknown);
  if (removals?.length === 0) return absent;
  const since = row.changedAt === undefined ? "since the import" : `by an update of ${row.changedAt}`;
  return claim({
    text: `${item.id} is ${unavailableStatus}: its column ${availabilityColumn} says so ${since}, and such items are not recommended.${describePlace(facts)}`,
    see: showObject(object),
    remedy:
      "If it is available, send an itemUpdate with available: true (docs/contract.md). It counts within 20 minutes.",
  });
};

/** An item that a clause of the request's filter removes, by columns or by what was not done. */
export const checkFilter: Check = (facts) => {
  const { item, filter } = facts;
  const removals = findRemovals(facts, "filter");
  if ("unknown" in removals) return notKnown(removals.unknown);
  const [first] = removals;
  if (!item || !first || filter.kind !== "found") return absent;
  const names = removals.flatMap(({ tests }) =>
    tests.flatMap(({ dataset, column }) => (dataset === "items" ? column : [])),
  );
  const columns = "value" in item.row ? { ...item.row.value.row?.columns } : {};
  const values = [...new Set(names)].map((column) => {
    const value = findColumn(columns, column);
    return value === undefined ? `no ${column}` : `${column} ${JSON.stringify(value)}`;
  });
  const clauses = removals.map(({ clause }) => clause.text).join(" | ");
  const how = first.clause.mode === "INCLUDE" ? "does not take" : "takes away";
  return claim({
    text: `The filter removes ${item.id}: ${clauses} ${how} it.${values.length > 0 ? ` The item has ${values.join(", ")}.` : ""}${describePlace(facts)}`,
    see: describe("filter", filter.arn),
    remedy: "Correct the item's columns by an itemUpdate, or ask with another filter (recommender:filters).",
  });
};

/** An item that the filter removes because of what the visitor did with it. */
export const checkSeen: Check = (facts) => {
  const { item, filter, question, events } = facts;
  const removals = findRemovals(facts, "seen");
  if ("unknown" in removals) return notKnown(removals.unknown);
  const [removal] = removals;
  if (!item || !removal || filter.kind !== "found") return absent;
  const newest = events.known
    .filter(({ itemId, eventType, doubt }) => itemId === item.id && doubt === undefined && names(removal, eventType))
    .sort((one, other) => Number(other.sentAt) - Number(one.sentAt))
    .at(0);
  return claim({
    text: `The visitor ${question.visitor} has had ${item.id} already${describeEvent(newest)}, and the filter removes such items: ${removal.clause.text}.${describePlace(facts)}`,
    see: describe("filter", filter.arn),
    remedy:
      "This is what the filter is for. To show seen items too, ask without it or change it (recommender:filters).",
  });
};

/** A test of the clause may be true by an event of this type. */
const names = ({ tests }: Removal, eventType: string): boolean =>
  tests
    .filter(isOfSeen)
    .some(({ values }) =>
      values.some((value) => value.kind !== "fixed" || value.text.toLowerCase() === eventType.toLowerCase()),
    );

const describeEvent = (event: KnownEvent | undefined): string =>
  event ? ` (${event.eventType} at ${event.sentAt.toISOString()})` : "";
