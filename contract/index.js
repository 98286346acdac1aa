// Programs of other teams import this: `pet-recommendations/contract`. It is JavaScript, because Node.js and Pulumi do not run
// TypeScript from node_modules. The types are in index.d.ts.
const crypto = require("node:crypto");

function toAnimalGroupId(animal) {
  return [animal.animal_species_id, animal.animal_primary_breed_id, animal.animal_size_id, animal.animal_age_id].join(
    "-",
  );
}

function chooseVariant({ name, variants }, { userId, sessionId }) {
  const visitor = userId ?? sessionId ?? undefined;
  if (visitor === undefined) return undefined;
  // The first four bytes of a hash as a number: its remainder is as good as even, because 2^32 is large.
  const number = crypto.createHash("sha256").update(`${name}/${visitor}`, "utf8").digest().readUInt32BE() % 100;
  let sum = 0;
  // By name: configuration files and languages do not keep the order of an object's members.
  return Object.keys(variants)
    .sort()
    .find((variant) => {
      sum += variants[variant];
      return number < sum;
    });
}

module.exports = { chooseVariant, toAnimalGroupId };
