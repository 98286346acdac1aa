import type { Facts } from "./facts/gather";

/** Reasons for a list, or for a place in it, in the order of an event's way through the stack. */
export const causes = [
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
  "request-refused",
  "fallback",
] as const;
export type Cause = (typeof causes)[number];

/** A reason that the facts show. */
export interface Finding {
  readonly cause: Cause;
  /** For a person who does not know Personalize. */
  readonly text: string;
  /** A command that shows the fact. */
  readonly see: string;
  /** Says what to do. */
  readonly remedy: string;
  /** The command that does it. */
  readonly run?: string;
}

/** One check: looks at the facts for one cause, and claims nothing that they do not show. */
export type Check = (facts: Facts) => Finding | undefined;
