/**
 * The recommender's items are animal groups, not single pets. Callers that hold pets map them with this function.
 */
export interface AnimalMetadata {
  animal_species_id: string;
  animal_primary_breed_id: string;
  animal_size_id: string;
  animal_age_id: string;
}

/** `2-Saint_Bernard-3-2`: species, breed, size, age. A breed may itself contain a hyphen or spaces. */
export function animalGroupId(animal: AnimalMetadata): string {
  return [animal.animal_species_id, animal.animal_primary_breed_id, animal.animal_size_id, animal.animal_age_id].join(
    "-",
  );
}
