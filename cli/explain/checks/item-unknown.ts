import { searchObject } from "../calls";
import { absent, type Check, claim, notKnown } from "../check";
import type { Facts } from "../facts/facts";
import { placeOf, plainPlaceOf } from "../places";
import { describeRange } from "../words";

/**
 * An item that is in no dataset, and in no event that the model has learned. The model also knows
 * items that are only in events, and a campaign those that the catalogue had before.
 */
export const checkItem: Check = (facts) => {
  const { item, plain, events, model } = facts;
  if (!item || placeOf(facts) !== undefined || plainPlaceOf(facts) !== undefined) return absent;
  if ("unread" in item.row) return notKnown(item.row.unread);
  if (item.row.value.row) return absent;
  if (model.kind === "found" && plain.kind !== "answered") return notKnown(describeNoList(plain));
  const text = describeEvents(facts);
  if (text === undefined) return model.kind === "none" ? absent : notKnown(mayBeLearned);
  // A campaign that lists all of its items does not have it, whatever was in events.
  const isAllListed = plain.kind === "answered" && plain.items.length < plain.asked;
  if (!events.extent.isWhole && !isAllListed) return notKnown(events.extent.why);
  return claim({
    text: `${item.id} is not in the catalogue: it was not imported, no update has added it, and ${text}. A model recommends only items that it knows.`,
    see: searchObject(item.row.value.object, `{"id":${JSON.stringify(item.id)},`),
    remedy: "Check the id's spelling. A new item is sent as an itemUpdate with its columns (docs/contract.md).",
  });
};

/** Of an item that the campaign does not list, and that events had before the training. */
export const mayBeLearned =
  "the archive has events of the item from before the training, and whether the service got them it does not say";

/** Says why events did not make the item known; undefined where they may have. */
function describeEvents({ events: { firstOfItem }, model, stack, from }: Facts): string | undefined {
  if (firstOfItem === undefined) return `no event ${describeRange(stack, from)} or among the imported ones has it`;
  if (model.kind !== "found" || firstOfItem < model.trainedAt) return undefined;
  return `events have it since ${firstOfItem.toISOString()} only, after the training of ${model.trainedAt.toISOString()}`;
}

/** Says why nothing follows from the campaign's list. */
export const describeNoList = (plain: Exclude<Facts["plain"], { kind: "answered" }>): string =>
  plain.kind === "refused" ? `the campaign did not answer (${plain.problem})` : plain.why;
