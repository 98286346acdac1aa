import { quoteForShell } from "../../../names/shell";
import { describeSleep } from "../../stack/sleep";
import { describe, searchLog } from "../calls";
import { absent, type Check, claim } from "../check";
import type { Facts, Filter } from "../facts/facts";
import { placeOf } from "../places";

/** A list that did not come from the campaign. */
export const checkFallback: Check = (facts) => {
  const { answer, serving, stack, suggest } = facts;
  if (answer.kind !== "list" || answer.source !== "fallback") return absent;
  const rest = `${answer.filterApplied ? "" : " No filter was applied to it."}${describePlace(facts)}`;
  const asleep = describeSleep(stack);
  if (asleep !== undefined) {
    return claim({
      text: `${asleep}${rest}`,
      see: suggest(`status --stack ${quoteForShell(stack.stack)}`),
      remedy: "Nothing is wrong. docs/costs.md#let-a-stack-rest says how to let a stack rest, and how to wake it.",
    });
  }
  const text = `The answer is the fallback, a list of popular items that is the same for all visitors, because`;
  const gone = findGone(facts);
  if (gone) {
    return claim({
      text: `${text} ${gone.what} does not exist: ${gone.arn}.${rest}`,
      see: describe("filter", gone.arn),
      remedy: "Someone has deleted it. `pulumi up --refresh` creates it again.",
    });
  }
  return claim({
    text: `${text} the campaign did not answer.${describeCampaign(facts)}${rest}`,
    see: searchLog(serving.functionName, "returned the fallback"),
    remedy: "See docs/operations.md#fallback.",
  });
};

/** A request with a filter that does not exist is answered like one of a campaign that does not. */
function findGone({ filter, promotionFilter }: Facts) {
  const toGone = (what: string, { kind, ...each }: Filter) =>
    kind === "gone" && "arn" in each ? { what, arn: each.arn } : undefined;
  return toGone("its filter", filter) ?? toGone("the filter of its promotion", promotionFilter);
}

function describeCampaign({ model, plain }: Facts): string {
  if (model.kind === "gone") return " The campaign does not exist.";
  if (plain.kind === "refused") return ` The campaign says: ${plain.problem}.`;
  return plain.kind === "answered" ? " Asked again, and without the filter, it answered." : "";
}

function describePlace(facts: Facts): string {
  if (!facts.item) return "";
  const place = placeOf(facts);
  return place === undefined
    ? ` ${facts.item.id} is not in its first items.`
    : ` ${facts.item.id} is at its place ${place}.`;
}
