import { describe, expect, test } from "vitest";
import { describeItem, findRelated, nameItem } from "../../../cli/journey/items.ts";

/** A journey whose data have these items. */
const journeyWith = (items: Record<string, Record<string, string>>) => ({
  data: { columnsOf: (id: string) => items[id] ?? {}, findKnownVisitor: async () => "", findContext: async () => ({}) },
});

const pug = { ANIMAL_TYPE: "2", ANIMAL_BREED: "Pug" };
const pan = { NAME: "Enamel pan", CATEGORY: "Cookware", PRICE: "27.9", CREATION_TIMESTAMP: "5" };
const journey = journeyWith({ "2-Pug-3-2": pug, "sku-1": pan, "1-pan-2-3": pan });

describe("an item", () => {
  test("that is a group of pets is described by its id, and named by its attributes", () => {
    expect(describeItem(journey, "2-Pug-3-2")).toBe("Pug (medium, young dog)");
    expect(nameItem(journey, "2-Pug-3-2")).toEqual({
      animalMetadata: {
        animal_species_id: "2",
        animal_primary_breed_id: "Pug",
        animal_size_id: "3",
        animal_age_id: "2",
      },
    });
  });

  test.each(["sku-1", "1-pan-2-3"])(
    "%s of another catalogue is described by its columns, and named by its id",
    (id) => {
      expect(describeItem(journey, id)).toBe("Enamel pan (category: Cookware, price: 27.9)");
      expect(nameItem(journey, id)).toEqual({ itemId: id });
    },
  );

  test("without columns is its id", () => {
    expect(describeItem(journey, "2-Unknown-1-1")).toBe("2-Unknown-1-1");
  });

  test("with long texts fits a line", () => {
    const film = {
      TITLE: "A very long title of a film that says all of its story",
      GENRES: "Comedy",
      LANGUAGE: "English",
    };
    const text = describeItem(journeyWith({ 1: film }), "1");
    expect(text).toBe(film.TITLE);
    expect(describeItem(journeyWith({ 1: { TITLE: film.TITLE.repeat(2) } }), "1")).toHaveLength(62);
  });
});

describe("related items", () => {
  const items = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`${i}`, { SIZE: `${i % 2}`, BRAND: `${i % 3}`, NAME: `thing ${i}` }]),
  );
  test("share the rarest value of the last one that several items have", () => {
    expect(findRelated(journeyWith(items), Object.keys(items))).toEqual({
      inCommon: "brand 2",
      itemIds: ["2", "5", "8", "11"],
    });
  });

  test("are the last ones where items have no columns", () => {
    expect(findRelated(journeyWith({}), ["a", "b", "c", "d"]).itemIds).toEqual(["b", "c", "d"]);
  });
});
