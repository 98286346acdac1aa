// Programs of other teams import this package, and the program this file. It is JavaScript, because
// Node.js and Pulumi do not run TypeScript from node_modules. The types are in index.d.ts.
const crypto = require("node:crypto");

const groupAttributes = ["animal_species_id", "animal_primary_breed_id", "animal_size_id", "animal_age_id"];

function toAnimalGroupId(animal) {
  // Without an attribute, the id would be that of a group that does not exist.
  const missing = groupAttributes.filter((name) => animal[name] === undefined || animal[name] === null);
  if (missing.length > 0) throw new TypeError(`The pet has no ${missing.join(", no ")}.`);
  // The catalogue writes white space in a breed as an underscore: Saint_Bernard.
  const breed = String(animal.animal_primary_breed_id).trim().replace(/\s+/g, "_");
  return groupAttributes.map((name) => (name === "animal_primary_breed_id" ? breed : animal[name])).join("-");
}

function chooseVariant({ name, variants }, { userId, sessionId }) {
  const visitor = userId ?? sessionId ?? undefined;
  if (visitor === undefined) return undefined;
  // The first four bytes of a hash as a number: its remainder is as good as even, because 2^32 is
  // large.
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
