import type { Clause } from "../../dynamic-providers/checks/filter-expression";
import { availabilityColumn, unavailableStatus } from "../../functions/support/availability";
import { toColumnKey } from "../../values/columns";
import type { Facts, KnownEvent, Read } from "./facts/facts";
import { type EventTypes, type Judgement, judgeItem, type Removal } from "./judge-item";
import { isMissing, isOfCampaign } from "./places";

/** The kinds of causes that a clause can be. */
export type RemovalKind = "unavailable" | "seen" | "filter";

const nothing: Judgement = { removals: [], unknown: [] };

/**
 * Judges by the request's filter an item that is not in the campaign's list, or says why it cannot.
 */
export function judgeRemovals(facts: Facts): Read<Judgement> {
  const { filter, item, question, events, rows } = facts;
  if (!item || !isMissing(facts) || !isOfCampaign(facts) || filter.kind === "none") return { value: nothing };
  if (filter.kind === "gone") return { unread: "the request's filter does not exist any more" };
  if (!filter.clauses) return { unread: `the filter has a form that this command does not read: ${filter.expression}` };
  const user: Facts["rows"]["user"] = rows.user;
  const subject = {
    item: "unread" in item.row ? item.row : { value: { ...item.row.value.row?.columns } },
    user: "unread" in user ? user : { value: { ...user.value.row?.columns } },
    currentItem: rows.currentItem,
    events: readEventTypes(events, item.id),
    values: question.request.filterValues ?? {},
  };
  return { value: judgeItem(filter.clauses, subject) };
}

/** Lists the clauses of one kind that remove the item, and why it is not known of others. */
export function pickRemovals({ removals, unknown }: Judgement, kind: RemovalKind) {
  return {
    removals: removals.filter(({ clause, tests }) => kindOf(clause, tests) === kind),
    whyUnknown: unknown.find(({ clause, tests }) => tests.some((each) => kindOf(clause, each) === kind))?.why,
  };
}

/** An item is "seen" by the tests that an event makes true; others say what the visitor did not. */
function kindOf({ mode }: Clause, tests: Removal["tests"]): RemovalKind {
  if (mode === "INCLUDE") return "filter";
  if (tests.some(isOfAvailability)) return "unavailable";
  return tests.some(isOfSeen) ? "seen" : "filter";
}

const isOfAvailability = ({ dataset, column, operator, values }: Removal["tests"][number]): boolean =>
  dataset === "items" &&
  toColumnKey(column) === availabilityColumn &&
  (operator === "IN" || operator === "=") &&
  values.some((value) => value.kind === "fixed" && value.text === unavailableStatus);

export const isOfSeen = ({ dataset, operator }: Removal["tests"][number]): boolean =>
  dataset === "interactions" && (operator === "IN" || operator === "=");

/**
 * The newest events of a visitor and type that filters consider (guide, "Filter expressions"; a
 * quota that AWS can raise).
 */
const consideredEvents = 100;

/** Lists the event types that a filter sees of the visitor with an item, in lower case. */
export function readEventTypes({ known, extent }: Facts["events"], itemId: string): EventTypes {
  const sure = listSeenTypes(
    known.filter(({ doubt }) => doubt === undefined),
    itemId,
  );
  const doubted = known.find((event) => event.itemId === itemId && event.doubt !== undefined);
  return { sure, others: extent.isWhole ? doubted?.doubt : extent.why };
}

function listSeenTypes(events: readonly KnownEvent[], itemId: string): Set<string> {
  const byType = new Map<string, KnownEvent[]>();
  for (const event of events) {
    const type = event.eventType.toLowerCase();
    const others = byType.get(type);
    if (others) others.push(event);
    else byType.set(type, [event]);
  }
  const isSeen = (all: readonly KnownEvent[]) =>
    [...all]
      .sort((one, other) => Number(other.sentAt) - Number(one.sentAt))
      .slice(0, consideredEvents)
      .some((event) => event.itemId === itemId);
  return new Set(Array.from(byType).flatMap(([type, all]) => (isSeen(all) ? [type] : [])));
}
