import { expect, test } from "vitest";
import { codeTexts } from "../../../account/services/personalize/recommender/data/coded-texts.ts";
import { buildCorpus, listUsers } from "../../../account/services/personalize/recommender/data/corpus.ts";
import { createSums } from "../../../account/services/personalize/recommender/model/evidence.ts";
import {
  countPairs,
  indexHistories,
  sequencePairs,
  wholePairs,
} from "../../../account/services/personalize/recommender/model/histories.ts";
import { fitMixture, partNames, predictNext } from "../../../account/services/personalize/recommender/model/mixture.ts";

/** Users with a text each, whose letters are the items of events; a capital is a favorite. */
const corpusOf = (histories: readonly string[], rewards?: { view: number; favorite: number }) => {
  const events = histories.flatMap((history, user) => [...history].map((letter) => ({ user, letter })));
  const types = codeTexts(events.map(({ letter }) => (letter === letter.toLowerCase() ? "view" : "favorite")));
  return buildCorpus(
    {
      userIds: codeTexts(events.map(({ user }) => `user-${user}`)),
      itemIds: codeTexts(events.map(({ letter }) => letter.toLowerCase())),
      timestamps: Float64Array.from(events.keys()),
      eventTypes: types,
      ...(rewards && { typeRewards: Float64Array.from(types.values, (type) => rewards[type as "view"]) }),
    },
    [],
  );
};

/** The pairs of one item, by the letter of the other. */
const pairsOf = (letter: string, corpus: ReturnType<typeof corpusOf>, weights = sequencePairs) => {
  const item = corpus.itemIds.indexOf(letter);
  const sums = createSums(corpus.itemIds.length);
  const { items, amounts } = countPairs(indexHistories(corpus, listUsers(corpus)), item, weights, sums);
  return Object.fromEntries(Array.from(items, (other, k) => [corpus.itemIds[other] ?? "", amounts[k] ?? 0]));
};

test("an item that follows soon is nearer than a later one, and both are nearer than those before", () => {
  const { a = 0, b = 0, d = 0, e = 0 } = pairsOf("c", corpusOf(["abcde"]));
  expect(d).toBe(1);
  expect(e).toBeCloseTo(2 ** -0.3);
  expect(b).toBeCloseTo(0.7);
  expect(a).toBeCloseTo(0.7 * 2 ** -0.3);
});

test("SIMS counts each pair once, near or far, before or after", () => {
  expect(pairsOf("c", corpusOf(["abcde"]), wholePairs)).toEqual({ a: 1, b: 1, d: 1, e: 1 });
});

test("the pairs of a popular item are those of its newest 2,000 users", () => {
  const { b = 0, c = 0 } = pairsOf("a", corpusOf([...Array(10).fill("ac"), ...Array(2000).fill("ab")]));
  expect([b, c]).toEqual([2000, 0]);
});

test("with event weights an item is nearer by the root of what the user's best event with it is worth", () => {
  const { b = 0, c = 0 } = pairsOf("a", corpusOf(["abB", "ac"], { view: 0.04, favorite: 1.96 }));
  expect([b, c]).toEqual([1.4, expect.closeTo(0.2)]);
});

test("an item of events that are worth nothing is near no item", () => {
  const favorites = corpusOf(["abCabC", "abC"], { view: 0, favorite: 2 });
  expect(pairsOf("a", favorites)).toEqual({ c: expect.closeTo(2 * Math.SQRT2 * 2 ** -0.3) });
});

test("the own item of most events is likelier than the newest one, by the part that counts how often", () => {
  const corpus = corpusOf(["aaaaaaaaab", "aab"]);
  const weights = Float64Array.from(partNames, (name) => (name === "own items" ? 1 : 0));
  const mixture = fitMixture(corpus, listUsers(corpus), [], { recency: true, weights });
  expect([...predictNext(mixture, [0, 0, 0, 1])]).toEqual([0.75, 0.25]);
});
