import { describe, expect, test } from "vitest";
import { wordsOf } from "../../../demo/console/page/item-words.ts";

describe("an item in the console", () => {
  test("that is a group of pets is described by its id", () => {
    const pet = { title: "Saint Bernard", facts: ["dog", "medium", "young"] };
    expect(wordsOf("2-Saint_Bernard-3-2")).toEqual(pet);
    expect(wordsOf("2-Saint_Bernard-3-2", { ANIMAL_BREED: "Saint_Bernard", STATUS: "available" })).toEqual(pet);
  });

  test("of another catalogue is described by its columns, also when its id looks like a pet's", () => {
    const columns = { NAME: "Enamel pan", CATEGORY: "Cookware", UNIT_PRICE: "27.9", CREATION_TIMESTAMP: "1700000000" };
    expect(wordsOf("1-pan-2-3", columns)).toEqual({
      title: "Enamel pan",
      facts: ["unit price: 27.9", "category: Cookware"],
    });
  });

  test("has the product's own name, and its price before the other columns", () => {
    const columns = {
      BRAND_NAME: "Riess",
      COLOR: "red",
      SIZE: "L",
      WEIGHT: "2",
      MADE: "AT",
      Product_Title: "Enamel pan",
    };
    expect(wordsOf("sku-1", { ...columns, PRICE_EUR: "27.9" })).toEqual({
      title: "Enamel pan",
      facts: ["price eur: 27.9", "brand name: Riess", "color: red"],
    });
    expect(wordsOf("sku-1", { BRAND_NAME: "Riess", NAME: "" }).title).toBe("sku-1");
  });

  test("with an address for a name has it as title, and no description", () => {
    const columns = { HANDLE: "enamel-pan", BODY_HTML: "<p>A pan.</p>", COLOR: "red" };
    expect(wordsOf("sku-1", columns)).toEqual({ title: "enamel-pan", facts: ["color: red"] });
  });

  test("without a name has its id as title", () => {
    expect(wordsOf("sku-1", { GENRE: "Crime", YEAR: "1995" })).toEqual({
      title: "sku-1",
      facts: ["genre: Crime", "year: 1995"],
    });
  });

  test("that is in no items file has its id only", () => {
    expect(wordsOf("sku-1")).toEqual({ title: "sku-1", facts: [] });
  });
});
