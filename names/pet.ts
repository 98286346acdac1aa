// The groups of pets in the seed's items, read from their ids (`toAnimalGroupId` writes them).

/** A group of pets: the attributes that events have, and the same in words. */
export type Pet = NonNullable<ReturnType<typeof parsePet>>;

const allSpecies = ["cat", "dog"];
const sizes = ["very small", "small", "medium", "large", "very large"];
const ages = ["newborn", "young", "adult", "mature", "senior"];

/**
 * `2-Saint_Bernard-3-2` is a medium young dog. Returns undefined for an id of another form, such as
 * a UUID.
 */
export function parsePet(itemId: string) {
  const [, species = "", breed = "", size = "", age = ""] = /^([12])-(.+)-([1-5])-([1-5])$/.exec(itemId) ?? [];
  if (species === "") return undefined;
  return {
    metadata: {
      animal_species_id: species,
      animal_primary_breed_id: breed,
      animal_size_id: size,
      animal_age_id: age,
    },
    species: allSpecies[Number(species) - 1] ?? "",
    breed: breed.replaceAll("_", " "),
    size: sizes[Number(size) - 1] ?? "",
    age: ages[Number(age) - 1] ?? "",
  };
}
