import { describe, expect, test } from "vitest";
import { checkAvroSchema } from "../../dynamic-providers/checks/avro-schema.ts";
import { itemsDataset } from "../../seed/import-files/rows-file.ts";
import { deriveColumn, writeSchema } from "../../seed/import-files/rows-schema.ts";

const derive = (...cells: string[]) => {
  const { type, categorical } = deriveColumn("COLUMN", cells);
  return categorical ? "category" : type;
};

describe("a column of the items", () => {
  test.each([
    ["texts that three items share", ["red", "red", "red", "blue", "blue", "blue"], "category"],
    ["values that are joined by |", ["a|b", "a", "b", "a|b", "a", "b"], "category"],
    ["whole numbers that items share", ["1990", "1990", "1990"], "category"],
    ["one value for all items", ["available", "available", "available"], "category"],
    ["different texts", ["Pan", "Pot", "Cup"], "string"],
    ["different whole numbers", ["1", "20", "300"], "long"],
    ["numbers with decimals, shared or not", ["9.99", "9.99", "9.99", "5"], "float"],
    ["digits that are a code", ["0012", "0013", "0014"], "string"],
    ["only empty cells", ["", "", ""], "string"],
  ])("with %s is derived", (_what, cells, kind) => {
    expect(derive(...cells)).toBe(kind);
  });

  test("CREATION_TIMESTAMP is a time, also when items share it", () => {
    expect(deriveColumn("CREATION_TIMESTAMP", ["5", "5", "5"])).toMatchObject({ type: "long", categorical: false });
  });
});

test("a derived schema is one that the service takes", () => {
  const columns = [deriveColumn("BRAND", ["a", "a", "a"]), deriveColumn("PRICE", ["1.5", "", "2"])];
  const text = writeSchema(itemsDataset, columns);
  expect(checkAvroSchema(text)).toEqual([]);
  expect(JSON.parse(text).fields).toEqual([
    { name: "ITEM_ID", type: "string" },
    { name: "BRAND", type: ["null", "string"], categorical: true },
    { name: "PRICE", type: ["null", "float"] },
  ]);
});
