import { adviseFirstVersion, adviseIdle, adviseMinimum, findKnown } from "./campaign-advice";
import type { Advice, Facts } from "./facts";
import { adviseWeekly } from "./weekly";

/** Lists the ways to pay less that the facts show, those of campaigns first. */
export const advise = (facts: Facts): Advice[] => {
  const known = findKnown(facts);
  return [
    ...adviseIdle(facts, known),
    ...known.flatMap((campaign) => adviseMinimum(facts, campaign)),
    ...known.flatMap((campaign) => adviseFirstVersion(facts, campaign)),
    ...adviseWeekly(facts),
  ];
};
