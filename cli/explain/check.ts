import type { Facts } from "./facts/facts";

/** What a check shows, and what to do about it. */
export interface Reason {
  /** For a person who does not know Personalize. */
  readonly text: string;
  /** A command that shows the fact. */
  readonly see: string;
  /** Says what to do. */
  readonly remedy: string;
  /** The command that does it. */
  readonly run?: string;
}

/** The judgement of a check. Without the facts that decide it, nobody knows. */
export type Verdict =
  | ({ readonly is: "true" } & Reason)
  | { readonly is: "absent" }
  | { readonly is: "not known"; readonly why: string };

/** One check: judges the facts for one cause, and claims nothing that they do not show. */
export type Check = (facts: Facts) => Verdict;

export const absent: Verdict = { is: "absent" };
export const notKnown = (why: string): Verdict => ({ is: "not known", why });
export const claim = (reason: Reason): Verdict => ({ is: "true", ...reason });
