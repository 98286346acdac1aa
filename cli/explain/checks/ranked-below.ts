import { askFor } from "../calls";
import type { Check } from "../check";
import { longestList, toPlainRequest } from "../facts/answer";

/**
 * An item that nothing removes, and that the model puts below the list's end. A recipe that
 * explores may put it elsewhere in the next answer.
 */
export const checkRank: Check = ({ item, plain, answer, serving: { input } }) => {
  if (!item || item.place !== undefined || !plain?.items || !input || answer.source !== "personalize") return undefined;
  // Without the filter's judgement it is not known that nothing removes it.
  if ("unknown" in item.removals || item.removals.length > 0) return undefined;
  const length = answer.items.length;
  const isBelow = item.plainPlace !== undefined && item.plainPlace > length;
  const isFarBelow = item.plainPlace === undefined && item.row !== undefined && plain.items.length >= longestList;
  if (!isBelow && !isFarBelow) return undefined;
  const place = isBelow ? `at place ${item.plainPlace}` : `below place ${longestList}`;
  const plainly = input.filterArn ? ", without the filter" : "";
  return {
    cause: "ranked-below",
    text: `In this answer the model puts ${item.id} ${place} for this visitor${plainly}. The list has ${length} items, and nothing removes this one.`,
    see: askFor(toPlainRequest(input)),
    remedy:
      "This is the model's judgement. To show certain items all the same, give a placement a promotion (docs/contract.md).",
  };
};
