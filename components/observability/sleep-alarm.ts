import type { Foundation } from "../platform/foundation";
import type { Watched } from "./alarm";
import { ownMetric } from "./own-metric";

/**
 * Longer than a night and a weekend: from Friday at 16:00 to Monday at 9:00 are 65 hours. A stack
 * that sleeps by a plan then notifies no one, and one that was forgotten does, once.
 */
const forgottenAfterHours = 66;

/** The alarm of a stack that is asleep; its reason has the hours. */
export const watchSleep = (foundation: Foundation): Watched => ({
  ...ownMetric(foundation, "AsleepHours", "Maximum"),
  description: `The stack has been asleep for ${forgottenAfterHours} hours or more, and answers with popular items only; wake it, or destroy it`,
  threshold: forgottenAfterHours,
  periodSeconds: 3_600,
});
