import type { RetrainingArgs, State } from "./definition";
import { jsonata } from "./jsonata";
import { tellSkip } from "./messages";

/** The state that a skipped run goes to. */
export const nextOfSkip = ({ notifySkips }: RetrainingArgs) => (notifySkips ? "Announce the skip" : "Skipped");

/** Ends a run that trains nothing, with `$skipReason`. */
export const createSkipStates = (args: RetrainingArgs): Record<string, State> => ({
  ...(args.notifySkips ? { "Announce the skip": { ...tellSkip(args), Next: "Skipped" } } : {}),
  Skipped: { Type: "Succeed", Output: { outcome: "skipped", reason: jsonata`$skipReason` } },
});
