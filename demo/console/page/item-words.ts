// An item in words and as a picture: pets by the parts of their id, other items by their own
// columns.

import { type Pet, parsePet } from "../../../names/pet";

export type Columns = Readonly<Record<string, string>>;

/** Returns undefined for an item with other columns than a pet's. */
export const petOf = (itemId: string, columns: Columns = {}): Pet | undefined =>
  Object.keys(columns).length > 0 && columns.ANIMAL_BREED === undefined ? undefined : parsePet(itemId);

/**
 * Columns that can be the item's title, the surest first, and those that name something else of it.
 */
const titles = [
  /^(title|name)$/i,
  /^(product|item|article|movie|book)_?(title|name)$/i,
  /(^|_)(title|name)$/i,
  /^(handle|slug)$/i,
];
const namesOfOthers = /^(brand|category|sub_?category|genre|seller|vendor|shop|store|author|user|type)_/i;
const prices = /(^|_)(price|cost|amount)(_|$)/i;

/** A description is too long for a card. */
const isFact = (name: string, value: string) => name !== "CREATION_TIMESTAMP" && value.length <= 40 && !/</.test(value);

/** The title of an item and what is shown below it. */
export function wordsOf(itemId: string, columns: Columns = {}): { title: string; facts: string[] } {
  const pet = petOf(itemId, columns);
  if (pet) return { title: pet.breed, facts: [pet.species, pet.size, pet.age] };
  const names = Object.keys(columns).filter((name) => !namesOfOthers.test(name) && columns[name] !== "");
  const named = titles.map((title) => names.find((name) => title.test(name))).find((name) => name !== undefined);
  const others = Object.entries(columns).filter(([name, value]) => name !== named && isFact(name, value));
  const [price, rest] = [true, false].map((isPrice) => others.filter(([name]) => prices.test(name) === isPrice));
  return {
    title: named === undefined ? itemId : (columns[named] ?? itemId),
    facts: [...(price ?? []).slice(0, 1), ...(rest ?? []).slice(0, 2)].map(toFact),
  };
}

/** A column and its value in words. */
export const toFact = ([name, value]: [string, string]): string =>
  `${name.toLowerCase().replaceAll("_", " ")}: ${value}`;
