import { type Clause, readClauses } from "../../../dynamic-providers/checks/filter-expression";
import type { StackReader } from "../../stack/stack";
import type { KnownEvent } from "./visitor-events";

/** A filter as the service has it. */
export interface Filter {
  readonly arn: string;
  readonly expression: string;
  /** Undefined for an expression in a form that this command does not know. */
  readonly clauses: readonly Clause[] | undefined;
}

/** Reads a filter. */
export async function readFilter({ call }: StackReader, arn: string): Promise<Filter> {
  const { filter } = await call("personalize", "DescribeFilter", { filterArn: arn });
  const expression = filter?.filterExpression ?? "";
  return { arn, expression, clauses: readKnown(expression) };
}

function readKnown(expression: string): Clause[] | undefined {
  // The service took it: what the parser refuses is in a form that the program does not know.
  const clauses = readClauses(expression);
  // Filters on users are for segments, not for lists.
  return clauses?.some(({ where }) => where.flat().some(({ dataset }) => dataset === "users")) ? undefined : clauses;
}

/**
 * The newest events of a visitor and type that filters consider (guide, "Filter expressions"; a
 * quota that AWS can raise).
 */
const consideredEvents = 100;

/** Lists the event types that a filter sees of the visitor with an item, in lower case. */
export function listSeenTypes(events: readonly KnownEvent[], item: string): Set<string> {
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
      .some(({ itemId }) => itemId === item);
  return new Set(Array.from(byType).flatMap(([type, all]) => (isSeen(all) ? [type] : [])));
}
