import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { codeColumns } from "../../../../local/services/personalize/recommender/columns.ts";
import { buildCorpus } from "../../../../local/services/personalize/recommender/corpus.ts";

const root = join(import.meta.dirname, "../../../..");
const rowsOf = (file: string) =>
  parse<Record<string, string>>(readFileSync(join(root, file), "utf8"), { columns: true });

test("the sample's interactions lose their 885 repeated rows", () => {
  const rows = rowsOf("tests/fixtures/upstream-seed/interactions.csv");
  const catalogue = rowsOf("seed/catalogue.csv").map((row) => row.ITEM_ID ?? "");
  const corpus = buildCorpus(
    {
      userIds: rows.map((row) => row.USER_ID ?? ""),
      itemIds: rows.map((row) => row.ITEM_ID ?? ""),
      timestamps: Float64Array.from(rows, (row) => Number(row.TIMESTAMP)),
      eventTypes: [],
    },
    catalogue,
  );
  const lengths = corpus.userIds.map((_, u) => (corpus.start[u + 1] ?? 0) - (corpus.start[u] ?? 0));
  expect(corpus.rows).toBe(4602);
  expect(corpus.items).toHaveLength(3717);
  expect(corpus.userIds).toHaveLength(1000);
  expect(lengths.filter((length) => length === 1)).toHaveLength(261);
  expect(new Set(corpus.items).size).toBe(913);
  expect(corpus.itemIds).toHaveLength(925);
  expect(new Set(corpus.times).size).toBe(1000);
});

test("rows that differ in the event type are not repeats", () => {
  const corpus = buildCorpus(
    {
      userIds: ["u", "u", "u"],
      itemIds: ["a", "a", "a"],
      timestamps: Float64Array.of(1, 1, 1),
      eventTypes: ["DetailView", "Favorite", "DetailView"],
    },
    [],
  );
  expect(corpus.items).toHaveLength(2);
});

test("items of the catalogue and of the interactions are known, in the order of their code units", () => {
  const corpus = buildCorpus({ userIds: ["u"], itemIds: ["é"], timestamps: Float64Array.of(1), eventTypes: [] }, [
    "z",
    "B",
    "a",
  ]);
  expect(corpus.itemIds).toEqual(["B", "a", "z", "é"]);
});

const table = {
  itemIds: ["a", "b", "c"],
  creationTimestamps: new Float64Array(3),
  categorical: { BREED: ["x", undefined, "y|x|y"], STATUS: ["available", "available", "available"] },
};

test("a missing value, and an item without a row, have a value of their own", () => {
  const [breed] = codeColumns(["a", "b", "c", "d"], table);
  expect(breed?.values).toEqual(["", "x", "y"]);
  expect([...(breed?.start ?? [])]).toEqual([0, 1, 2, 4, 5]);
  expect([...(breed?.codes ?? [])]).toEqual([1, 0, 2, 1, 0]);
});

test("a column in which all items agree is left out", () => {
  expect(codeColumns(["a", "b", "c"], table).map(({ name }) => name)).toEqual(["BREED"]);
});
