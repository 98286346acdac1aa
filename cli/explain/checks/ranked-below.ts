import { askFor } from "../calls";
import { absent, type Check, claim, notKnown } from "../check";
import type { Facts, ItemFacts } from "../facts/facts";
import { toPlainRequest } from "../facts/plain-list";
import { isMissing, isOfCampaign, plainPlaceOf } from "../places";
import { listLength } from "../question";
import { judgeRemovals } from "../removals";
import { isUnknown, type Truth } from "../truth";
import { describeNoList, mayBeLearned } from "./item-unknown";

/**
 * An item that nothing removes, and that the model puts below the end of a full list. A recipe that
 * explores may put it elsewhere in the next answer.
 */
export const checkRank: Check = (facts) => {
  const { item, plain, answer, serving } = facts;
  const { input } = serving;
  if (!item || !isMissing(facts) || !isOfCampaign(facts) || !input || answer.kind !== "list") return absent;
  // The rank is no reason where there is room.
  if (answer.items.length < listLength) return absent;
  if (plain.kind !== "answered") return notKnown(describeNoList(plain));
  const place = plainPlaceOf(facts);
  const isBelow = place === undefined ? isFarBelow(facts, item, plain) : place > listLength - countPromoted(serving);
  if (isUnknown(isBelow)) return notKnown(isBelow.unknown);
  if (!isBelow) return absent;
  // Without the filter's judgement it is not known that nothing removes it.
  const judged = judgeRemovals(facts);
  if ("unread" in judged) return notKnown(judged.unread);
  const { removals, unknown } = judged.value;
  if (removals.length > 0) return absent;
  if (unknown[0]) return notKnown(unknown[0].why);
  return claim({
    text: `In this answer the model puts ${item.id} ${place === undefined ? `below place ${plain.asked}` : `at place ${place}`} for this visitor${input.filterArn ? ", without the filter" : ""}. ${describeRoom(serving)}, and nothing removes this one.${describeRow(item)}`,
    see: askFor(toPlainRequest(input, plain.asked)),
    remedy: isInCatalogue(item)
      ? "This is the model's judgement. To show certain items all the same, give a placement a promotion (docs/contract.md)."
      : "Send the item as an itemUpdate with its columns (docs/contract.md).",
  });
};

/** The model surely has the item, and the campaign would list more than it was asked for. */
function isFarBelow({ model, events }: Facts, { row, wasTrained }: ItemFacts, plain: AnsweredList): Truth {
  if (model.kind !== "found" || plain.items.length < plain.asked) return false;
  if ("unread" in row) return { unknown: row.unread };
  if (row.value.row && "unread" in wasTrained) return { unknown: wasTrained.unread };
  if (row.value.row && "value" in wasTrained && wasTrained.value) return true;
  const { firstOfItem, extent } = events;
  if (firstOfItem !== undefined && firstOfItem < model.trainedAt) return { unknown: mayBeLearned };
  return extent.isWhole ? false : { unknown: extent.why };
}
type AnsweredList = Extract<Facts["plain"], { kind: "answered" }>;

/**
 * The places that a promotion takes, at most: there are fewer where few items pass its filter
 * (guide, "Promoting items in recommendations").
 */
export const countPromoted = ({ found }: Facts["serving"]): number =>
  Math.round((listLength * (found?.placement.promotion?.percent ?? 0)) / 100);

function describeRoom(serving: Facts["serving"]): string {
  const promoted = countPromoted(serving);
  return promoted === 0
    ? `The list has ${listLength} items`
    : `The list has ${listLength} items, up to ${promoted} of them for the promotion`;
}

const isInCatalogue = ({ row }: ItemFacts): boolean => "unread" in row || row.value.row !== undefined;

const describeRow = (item: ItemFacts): string =>
  isInCatalogue(item) ? "" : ` ${item.id} is not in the catalogue: the model knows it by events only.`;
