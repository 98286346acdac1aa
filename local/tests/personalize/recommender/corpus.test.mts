import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { codeTexts } from "../../../account/services/personalize/recommender/data/coded-texts.ts";
import { codeColumns } from "../../../account/services/personalize/recommender/data/columns.ts";
import { buildCorpus, historyOf } from "../../../account/services/personalize/recommender/data/corpus.ts";

const root = join(import.meta.dirname, "../../../..");
const rowsOf = (file: string) =>
  parse<Record<string, string>>(readFileSync(join(root, file), "utf8"), { columns: true });

test("the sample's interactions lose their 885 repeated rows", () => {
  const rows = rowsOf("tests/fixtures/upstream-seed/interactions.csv");
  const catalogue = rowsOf("seed/catalogue.csv").map((row) => row.ITEM_ID ?? "");
  const corpus = buildCorpus(
    {
      userIds: codeTexts(rows.map((row) => row.USER_ID ?? "")),
      itemIds: codeTexts(rows.map((row) => row.ITEM_ID ?? "")),
      timestamps: Float64Array.from(rows, (row) => Number(row.TIMESTAMP)),
      eventTypes: codeTexts([]),
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

test("the events of each user are its distinct rows by time, rows of one time in import order", () => {
  const word = fc.constantFrom("ann", "bob", "Cy", "é");
  const row = fc.record({ user: word, item: word, time: fc.nat(3), type: fc.constantFrom("", "View", "Like") });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const corpus = buildCorpus(
        {
          userIds: codeTexts(rows.map(({ user }) => user)),
          itemIds: codeTexts(rows.map(({ item }) => item)),
          timestamps: Float64Array.from(rows, ({ time }) => time),
          eventTypes: codeTexts(rows.map(({ type }) => type)),
        },
        [],
      );
      const keys = rows.map((row) => JSON.stringify(row));
      const distinct = rows.filter((_, at) => keys.indexOf(keys[at] ?? "") === at);
      expect(corpus.userIds).toEqual([...new Set(rows.map(({ user }) => user))].sort());
      corpus.userIds.forEach((user, u) => {
        const own = distinct.filter((row) => row.user === user).sort((a, b) => a.time - b.time);
        expect([...historyOf(corpus, u)].map((item) => corpus.itemIds[item])).toEqual(own.map(({ item }) => item));
        expect([...corpus.times.subarray(corpus.start[u], corpus.start[u + 1])]).toEqual(own.map(({ time }) => time));
      });
    }),
  );
});

test("rows that differ in the event type are not repeats", () => {
  const corpus = buildCorpus(
    {
      userIds: codeTexts(["u", "u", "u"]),
      itemIds: codeTexts(["a", "a", "a"]),
      timestamps: Float64Array.of(1, 1, 1),
      eventTypes: codeTexts(["DetailView", "Favorite", "DetailView"]),
    },
    [],
  );
  expect(corpus.items).toHaveLength(2);
});

test("items of the catalogue and of the interactions are known, in the order of their code units", () => {
  const corpus = buildCorpus(
    { userIds: codeTexts(["u"]), itemIds: codeTexts(["é"]), timestamps: Float64Array.of(1), eventTypes: codeTexts([]) },
    ["z", "B", "a"],
  );
  expect(corpus.itemIds).toEqual(["B", "a", "z", "é"]);
});

const table = {
  itemIds: ["a", "b", "c"],
  creationTimestamps: new Float64Array(3),
  categorical: { BREED: ["x", undefined, "y|x|y"], STATUS: ["available", "available", "available"] },
};

test("a missing value, and an item without a row, have separate values", () => {
  const [breed] = codeColumns(["a", "b", "c", "d"], table);
  expect(breed?.values).toEqual(["", "x", "y"]);
  expect([...(breed?.start ?? [])]).toEqual([0, 1, 2, 4, 5]);
  expect([...(breed?.codes ?? [])]).toEqual([1, 0, 2, 1, 0]);
});

test("a column in which all items agree is left out", () => {
  expect(codeColumns(["a", "b", "c"], table).map(({ name }) => name)).toEqual(["BREED"]);
});
