import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type AnimalMetadata, toAnimalGroupId } from "../../contract/index.js";
import { parsePet } from "../../names/pet.ts";

const toPet = (breed: string, others: object = {}): AnimalMetadata => ({
  animal_species_id: "2",
  animal_primary_breed_id: breed,
  animal_size_id: "3",
  animal_age_id: "2",
  ...others,
});

test.each(["Saint_Bernard", "Saint Bernard", " Saint  Bernard ", "Saint\tBernard", "Saint\u00a0Bernard"])(
  "the breed %j is the catalogue's group",
  (breed) => {
    expect(toAnimalGroupId(toPet(breed))).toBe("2-Saint_Bernard-3-2");
  },
);

test("each group of the catalogue has the id of its attributes, also with spaces in the breed", () => {
  const text = readFileSync(join(import.meta.dirname, "../../seed/catalogue.csv"), "utf8");
  const ids = text.split("\n").flatMap((line) => line.split(",").filter((cell) => /^[12]-.+-[1-5]-[1-5]$/.test(cell)));
  expect(ids.length).toBe(925);
  for (const id of ids) {
    const metadata = parsePet(id)?.metadata ?? expect.fail(id);
    expect(toAnimalGroupId(metadata)).toBe(id);
    const spaced = metadata.animal_primary_breed_id.replaceAll("_", " ");
    expect(toAnimalGroupId({ ...metadata, animal_primary_breed_id: spaced })).toBe(id);
  }
});

test.each([undefined, null])("a pet without an attribute (%j) has no group", (animal_size_id) => {
  expect(() => toAnimalGroupId(toPet("Pug", { animal_size_id }))).toThrow("The pet has no animal_size_id.");
});
