import { countOf } from "../../../names/printable";
import { describe } from "../calls";
import type { Check } from "../check";
import { listLength } from "../question";

/** A list that the filter has made short. */
export const checkLength: Check = ({ answer, plain, filter }) => {
  if (!filter || answer.source !== "personalize" || !plain?.items) return undefined;
  const left = answer.items.length;
  const all = Math.min(listLength, plain.items.length);
  if (left >= all) return undefined;
  return {
    cause: "filter-leaves-few",
    text: `The filter left ${countOf(left, "item")} of the ${plain.items.length} that the campaign lists without it, fewer than the ${all} that were asked for: ${filter.expression}`,
    see: describe("filter", filter.arn),
    remedy: "Ask with another filter or other values, or correct the columns of the items that it should take.",
  };
};
