import type { Facts } from "./facts/facts";

/** The item's place in the visitor's list, from 1; undefined when it is not there. */
export const placeOf = ({ answer, item }: Pick<Facts, "answer" | "item">): number | undefined =>
  item && answer.kind === "list" ? toPlace(answer.items.indexOf(item.id)) : undefined;

/** Its place in the campaign's list without the filter, from 1; undefined without one. */
export const plainPlaceOf = ({ plain, item }: Pick<Facts, "plain" | "item">): number | undefined =>
  item && plain.kind === "answered" ? toPlace(plain.items.findIndex(({ itemId }) => itemId === item.id)) : undefined;

const toPlace = (index: number): number | undefined => (index < 0 ? undefined : index + 1);

/** The visitor got a list of the campaign. */
export const isOfCampaign = ({ answer }: Pick<Facts, "answer">): boolean =>
  answer.kind === "list" && answer.source === "personalize";

/** The item is not in the list that the visitor got. */
export const isMissing = ({ answer, item }: Pick<Facts, "answer" | "item">): boolean =>
  item !== undefined && answer.kind === "list" && !answer.items.includes(item.id);
