/** A pet and the animal group that stands for it in the model. */
export interface RankedPet {
  itemId: string;
  group: string;
}

/** The distinct groups in the order of their first pet. */
export function distinctGroups(pets: readonly RankedPet[]): string[] {
  return [...new Set(pets.map(({ group }) => group))];
}

/** The pets in the order of their groups, those of one group in the request's order. */
export function rankPets(pets: readonly RankedPet[], rankedGroups: readonly string[]): string[] {
  return rankedGroups.flatMap((group) => pets.filter((pet) => pet.group === group).map(({ itemId }) => itemId));
}

/** The ranking with the groups that it leaves out at its end, so that no pet disappears. */
export function withUnranked(rankedGroups: readonly string[], groups: readonly string[]): string[] {
  return [...new Set([...rankedGroups, ...groups])];
}

/** Groups in the order of popularity; those that the popular list does not know keep their order behind it. */
export function rankByPopularity(groups: readonly string[], popular: readonly string[]): string[] {
  const known = popular.filter((group) => groups.includes(group));
  return [...known, ...groups.filter((group) => !known.includes(group))];
}
