/**
 * A pet and its animal group, which is the model's item. In other catalogues an item is the only
 * member of its group.
 */
export interface RankedPet {
  itemId: string;
  group: string;
}

/** Lists the groups in the order of their first pet, each once. */
export function listGroups(pets: readonly RankedPet[]): string[] {
  return [...new Set(pets.map(({ group }) => group))];
}

/** Sorts the pets by the order of their groups; pets of one group keep the request's order. */
export function rankPets(pets: readonly RankedPet[], rankedGroups: readonly string[]): string[] {
  return rankedGroups.flatMap((group) => pets.filter((pet) => pet.group === group).map(({ itemId }) => itemId));
}

/** Adds the groups that the ranking left out at its end, so that no pet disappears. */
export function addUnranked(rankedGroups: readonly string[], groups: readonly string[]): string[] {
  return [...new Set([...rankedGroups, ...groups])];
}

/** Sorts groups by popularity; groups that are not in the list follow in their own order. */
export function rankByPopularity(groups: readonly string[], popular: readonly string[]): string[] {
  const known = popular.filter((group) => groups.includes(group));
  return [...known, ...groups.filter((group) => !known.includes(group))];
}
