import { quoteForShell } from "../../../names/shell";
import { describeSleep } from "../../stack/sleep";
import { searchLog } from "../calls";
import type { Check } from "../check";

/** A list that did not come from the campaign. */
export const checkFallback: Check = ({ answer, plain, serving, model, item, stack, suggest }) => {
  if (answer.source !== "fallback") return undefined;
  const asleep = describeSleep(stack);
  const why = plain?.problem
    ? ` The campaign says: ${plain.problem}.`
    : model === undefined
      ? " The campaign does not exist."
      : "";
  const filtered = answer.filterApplied ? "" : " No filter was applied to it.";
  const place =
    item &&
    (item.place === undefined
      ? ` ${item.id} is not in its first items.`
      : ` ${item.id} is at its place ${item.place}.`);
  if (asleep !== undefined) {
    return {
      cause: "fallback",
      text: `${asleep}${filtered}${place ?? ""}`,
      see: suggest(`status --stack ${quoteForShell(stack.stack)}`),
      remedy: "Nothing is wrong. docs/operations.md#costs says how to let a stack rest, and how to wake it.",
    };
  }
  return {
    cause: "fallback",
    text: `The answer is the fallback, a list of popular items that is the same for all visitors, because the campaign did not answer.${why}${filtered}${place ?? ""}`,
    see: searchLog(serving.functionName, "returned the fallback"),
    remedy: "See docs/operations.md#fallback.",
  };
};
