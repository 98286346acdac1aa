/** The attributes of a pet that define its animal group. The recommender's items are groups, not single pets. */
export interface AnimalMetadata {
  animal_species_id: string;
  animal_primary_breed_id: string;
  animal_size_id: string;
  animal_age_id: string;
}

/** Returns the id of a pet's group, `2-Saint_Bernard-3-2`: species, breed, size, age. A breed may contain hyphens or spaces. */
export function toAnimalGroupId(animal: AnimalMetadata): string {
  return [animal.animal_species_id, animal.animal_primary_breed_id, animal.animal_size_id, animal.animal_age_id].join(
    "-",
  );
}
