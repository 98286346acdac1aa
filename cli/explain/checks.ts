import type { Check, Reason } from "./check";
import { checkDelivery } from "./checks/event-not-delivered";
import { checkVisitorTraining } from "./checks/events-after-training";
import { checkFallback } from "./checks/fallback";
import { checkLength } from "./checks/filter-leaves-few";
import { checkItemTraining } from "./checks/item-after-training";
import { checkItem } from "./checks/item-unknown";
import { checkPersonal } from "./checks/list-for-all";
import { checkRank } from "./checks/ranked-below";
import { checkAvailability, checkFilter, checkSeen } from "./checks/removed-by-filter";
import { checkRequest } from "./checks/request-refused";
import { checkVisitor } from "./checks/visitor-unknown";
import type { Facts } from "./facts/facts";

/**
 * Reasons for a list, or for a place in it, in the order in which they are told: first what decides
 * the request, then the others along an event's way through the stack.
 */
export const checks = {
  "request-refused": checkRequest,
  fallback: checkFallback,
  "event-not-delivered": checkDelivery,
  "visitor-unknown": checkVisitor,
  "item-unknown": checkItem,
  "events-after-training": checkVisitorTraining,
  "item-after-training": checkItemTraining,
  "list-for-all": checkPersonal,
  "ranked-below": checkRank,
  "item-unavailable": checkAvailability,
  "removed-by-filter": checkFilter,
  "already-seen": checkSeen,
  "filter-leaves-few": checkLength,
} satisfies Record<string, Check>;

export type Cause = keyof typeof checks;

/** A reason that the facts show. */
export interface Finding extends Reason {
  readonly cause: Cause;
}

/** A cause of which the facts that were read do not say whether it is one. */
export interface Unknown {
  readonly cause: Cause;
  readonly why: string;
}

/** Judges the facts by all checks, in their order. */
export function judge(facts: Facts): { readonly found: Finding[]; readonly unknown: Unknown[] } {
  const found: Finding[] = [];
  const unknown: Unknown[] = [];
  for (const [name, check] of Object.entries(checks)) {
    const cause = name as Cause;
    const verdict = check(facts);
    if (verdict.is === "not known") unknown.push({ cause, why: verdict.why });
    if (verdict.is !== "true") continue;
    const { is, ...reason } = verdict;
    found.push({ cause, ...reason });
  }
  return { found, unknown };
}
