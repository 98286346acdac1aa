import { countOf } from "../../../names/printable";
import { describe } from "../calls";
import { absent, type Check, claim, notKnown } from "../check";
import { isOfCampaign } from "../places";
import { listLength } from "../question";
import { describeNoList } from "./item-unknown";

/** A list that the filter has made short. */
export const checkLength: Check = (facts) => {
  const { answer, plain, filter, serving } = facts;
  if (filter.kind === "none" || !isOfCampaign(facts) || answer.kind !== "list") return absent;
  const left = answer.items.length;
  if (left >= listLength) return absent;
  if (plain.kind !== "answered") return notKnown(describeNoList(plain));
  const all = Math.min(listLength, plain.items.length);
  if (left >= all) return absent;
  if (filter.kind === "gone") return notKnown("the request's filter does not exist any more");
  // The filter does not apply to promoted items (guide, "Promoting items in recommendations").
  const most = serving.found?.placement.promotion ? "at most " : "";
  return claim({
    text: `The filter left ${most}${countOf(left, "item")} of the ${plain.items.length} that the campaign lists without it, fewer than the ${all} that were asked for: ${filter.expression}`,
    see: describe("filter", filter.arn),
    remedy: "Ask with another filter or other values, or correct the columns of the items that it should take.",
  });
};
