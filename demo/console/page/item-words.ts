// An item in words and as a picture: pets by the parts of their id, other items by their own columns.

import { ownValue } from "../../../cli/record";
import { type Pet, parsePet } from "../../../contract/pet";

export type Columns = Readonly<Record<string, string>>;

/** Returns undefined for an item with other columns than a pet's. */
export const petOf = (itemId: string, columns: Columns = {}): Pet | undefined =>
  Object.keys(columns).length > 0 && columns.ANIMAL_BREED === undefined ? undefined : parsePet(itemId);

/** Columns that can be the item's title, the surest first, and those that name something else of it. */
const titles = [/^(title|name)$/i, /^(product|item|article|movie|book)_?(title|name)$/i, /(^|_)(title|name)$/i];
const namesOfOthers = /^(brand|category|sub_?category|genre|seller|vendor|shop|store|author|user|type)_/i;
const prices = /(^|_)(price|cost|amount)(_|$)/i;

/** The title of an item and what is shown below it. */
export function wordsOf(itemId: string, columns: Columns = {}): { title: string; facts: string[] } {
  const pet = petOf(itemId, columns);
  if (pet) return { title: pet.breed, facts: [pet.species, pet.size, pet.age] };
  const names = Object.keys(columns).filter((name) => !namesOfOthers.test(name) && ownValue(columns, name) !== "");
  const named = titles.map((title) => names.find((name) => title.test(name))).find((name) => name !== undefined);
  const others = Object.entries(columns).filter(([name]) => name !== named && name !== "CREATION_TIMESTAMP");
  const facts = [...others.filter(([name]) => prices.test(name)), ...others.filter(([name]) => !prices.test(name))];
  return {
    title: named === undefined ? itemId : (ownValue(columns, named) ?? itemId),
    facts: facts.slice(0, 4).map(([name, value]) => `${name.toLowerCase().replaceAll("_", " ")}: ${value}`),
  };
}
