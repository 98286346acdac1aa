import { searchObject } from "../calls";
import type { Check } from "../check";
import { longestList } from "../facts/answer";
import type { Facts } from "../facts/gather";
import { describeRange } from "../words";

/**
 * An item that is in no dataset, and in no event that the model has learned. The model also knows
 * items that are only in events.
 */
export const checkItem: Check = (facts) => {
  const { item, plain, coverage } = facts;
  if (!item || item.row || item.plainPlace !== undefined || item.place !== undefined) return undefined;
  // The campaign may list it below the end, if events have it that were not read.
  const isAllListed = plain?.items !== undefined && plain.items.length < longestList;
  const events = describeEvents(facts);
  if ((!coverage.isWhole && !isAllListed) || events === undefined) return undefined;
  return {
    cause: "item-unknown",
    text: `${item.id} is not in the catalogue: it was not imported, no update has added it, and ${events}. A model recommends only items that it knows.`,
    see: searchObject(item.object, JSON.stringify(item.id)),
    remedy: "Check the id's spelling. A new item is sent as an itemUpdate with its columns (docs/contract.md).",
  };
};

/** Says why events did not make the item known; undefined where they may have. */
function describeEvents({ interactions: { firstOfItem }, model, stack, from }: Facts): string | undefined {
  if (firstOfItem === undefined) return `no event ${describeRange(stack, from)} or among the imported ones has it`;
  if (!model || firstOfItem < model.trainedAt) return undefined;
  return `events have it since ${firstOfItem.toISOString()} only, after the training of ${model.trainedAt.toISOString()}`;
}
