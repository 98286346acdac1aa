// Items in words: groups of pets by the parts of their id, other items by their own columns.

import { type Pet, parsePet } from "../../names/pet";
import { cut } from "../../names/printable";
import type { Columns, ImportedData } from "./imported-data";

interface WithData {
  readonly data: Pick<ImportedData, "columnsOf">;
}

/** Returns undefined for an item that is not a group of pets. */
const petOf = (itemId: string, columns: Columns): Pet | undefined =>
  columns.ANIMAL_BREED === undefined ? undefined : parsePet(itemId);

/**
 * Names an item for an event or a re-ranking request: a pet by its attributes, another item by its
 * id.
 */
export function nameItem({ data }: WithData, itemId: string) {
  const pet = petOf(itemId, data.columnsOf(itemId));
  return pet ? { animalMetadata: pet.metadata } : { itemId };
}

export const chooseNoun = ({ data }: WithData, itemId: string): "pets" | "items" =>
  petOf(itemId, data.columnsOf(itemId)) ? "pets" : "items";

/** So that an item and its number or id fit into a line. */
const widest = 62;

const titles = ["TITLE", "NAME", "PRODUCT_NAME", "ITEM_NAME"];
const toWords = (column: string) => column.toLowerCase().replaceAll("_", " ");

/**
 * An item in one line: `Saint Bernard (medium, young dog)`, or `Enamel pan (category: kitchen,
 * brand: Oslo)`.
 */
export function describeItem({ data }: WithData, itemId: string): string {
  const columns = data.columnsOf(itemId);
  const pet = petOf(itemId, columns);
  if (pet) return `${pet.breed} (${pet.size}, ${pet.age} ${pet.species})`;
  const title = titles.find((name) => Object.hasOwn(columns, name));
  const facts = Object.entries(columns).filter(([name]) => name !== title && name !== "CREATION_TIMESTAMP");
  let text = title === undefined ? itemId : (columns[title] ?? itemId);
  const shown: string[] = [];
  for (const [name, value] of facts) {
    const next = [...shown, `${toWords(name)}: ${value}`];
    if (text.length + next.join(", ").length + 3 > widest) break;
    shown.push(next.at(-1) ?? "");
  }
  if (shown.length > 0) text += ` (${shown.join(", ")})`;
  return cut(text, widest);
}

export function describeList(journey: WithData, itemIds: readonly string[], most = itemIds.length): string[] {
  return itemIds.slice(0, most).map((itemId, i) => `${String(i + 1).padStart(2)}. ${describeItem(journey, itemId)}`);
}

/**
 * Fewer items are no group, and a group of more than a share of the items says nothing about a
 * visitor.
 */
const leastRelated = 3;
const mostShare = 0.5;

/**
 * The items that are most like the last one of a list: those with its value in the column that the
 * fewest of them share. For pets this is the breed. Without such a column, the last items of the
 * list.
 */
export function findRelated({ data }: WithData, itemIds: readonly string[]) {
  const rows = itemIds.map((itemId) => [itemId, data.columnsOf(itemId)] as const);
  const [, last = {}] = rows.at(-1) ?? [];
  const groups = Object.entries(last)
    .filter(([name]) => name !== "CREATION_TIMESTAMP")
    .map(([name, value]) => ({
      inCommon: `${toWords(name).replace(/^animal /, "")} ${value.replaceAll("_", " ")}`,
      itemIds: rows.filter(([, columns]) => columns[name] === value).map(([itemId]) => itemId),
    }))
    .filter(({ itemIds: found }) => found.length >= leastRelated && found.length <= mostShare * rows.length)
    .sort((a, b) => a.itemIds.length - b.itemIds.length);
  return groups[0] ?? { itemIds: itemIds.slice(-leastRelated), inCommon: "lowest score" };
}
