import { searchObject } from "../calls";
import type { Check } from "../check";
import { longestList } from "../facts/answer";
import { describeRange } from "../words";

/** An item that is in no dataset. The model also knows items that are only in events. */
export const checkItem: Check = ({ item, plain, interactions: { firstOfItem }, stack, from, coverage }) => {
  if (!item || item.row || firstOfItem || item.plainPlace !== undefined || item.place !== undefined) return undefined;
  // The campaign may list it below the end, if events have it that were not read.
  const isAllListed = plain?.items !== undefined && plain.items.length < longestList;
  if (!coverage.isWhole && !isAllListed) return undefined;
  return {
    cause: "item-unknown",
    text: `${item.id} is not in the catalogue: it was not imported, no update has added it, and no event ${describeRange(stack, from)} or among the imported ones has it. A model recommends only items that it knows.`,
    see: searchObject(item.object, JSON.stringify(item.id)),
    remedy: "Check the id's spelling. A new item is sent as an itemUpdate with its columns (docs/contract.md).",
  };
};
