import { expect, test } from "vitest";
import { codeTexts } from "../../../account/services/personalize/recommender/data/coded-texts.ts";
import { buildCorpus, listUsers } from "../../../account/services/personalize/recommender/data/corpus.ts";
import {
  countTruth,
  foldsOf,
  queriesOf,
  sortUsersByHash,
} from "../../../account/services/personalize/recommender/data/split.ts";

const twenty = Array.from({ length: 20 }, (_, i) => String(10_000 + i));

test("a fold is every tenth user in the order of their hashes", () => {
  const order = sortUsersByHash(twenty, 7).map((user) => twenty[user]);
  expect(order.slice(0, 4)).toEqual(["10012", "10008", "10005", "10010"]);
  const folds = foldsOf(twenty, 7);
  expect(twenty.filter((_, user) => folds[user] === 0).sort()).toEqual(["10003", "10012"]);
});

test("the truth is the newest tenth of the events, rounded up", () => {
  const sizes = [2, 9, 10, 11, 19, 20, 21, 30, 150].map(countTruth);
  expect(sizes).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 15]);
});

function corpusOf(rows: readonly [user: string, item: string, time: number][]) {
  return buildCorpus(
    {
      userIds: codeTexts(rows.map(([user]) => user)),
      itemIds: codeTexts(rows.map(([, item]) => item)),
      timestamps: Float64Array.from(rows, ([, , time]) => time),
      eventTypes: codeTexts([]),
    },
    [],
  );
}

test("a user with one event asks nothing; others are asked for their newest events", () => {
  const corpus = corpusOf([
    ["u", "b", 3],
    ["u", "a", 1],
    ["u", "c", 2],
    ["v", "a", 1],
  ]);
  const queries = queriesOf(corpus, listUsers(corpus));
  expect(queries).toHaveLength(1);
  expect([...(queries[0]?.history ?? [])].map((item) => corpus.itemIds[item])).toEqual(["a", "c"]);
  expect([...(queries[0]?.truth ?? [])].map((item) => corpus.itemIds[item])).toEqual(["b"]);
});

test("equal times keep the import order, so the newest is the last row", () => {
  const corpus = corpusOf([
    ["u", "z", 5],
    ["u", "a", 5],
    ["u", "m", 5],
  ]);
  expect([...(queriesOf(corpus, listUsers(corpus))[0]?.truth ?? [])].map((item) => corpus.itemIds[item])).toEqual([
    "m",
  ]);
});
