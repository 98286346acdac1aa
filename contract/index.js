// Programs of other teams import this: `pet-recommendations/contract`. It is JavaScript, because Node.js and Pulumi do not run
// TypeScript from node_modules. The types are in index.d.ts.

function toAnimalGroupId(animal) {
  return [animal.animal_species_id, animal.animal_primary_breed_id, animal.animal_size_id, animal.animal_age_id].join(
    "-",
  );
}

module.exports = { toAnimalGroupId };
