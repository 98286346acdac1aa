import { expect, test } from "vitest";
import { codeTexts } from "../../../account/services/personalize/recommender/data/coded-texts.ts";
import { buildCorpus, type Corpus, listUsers } from "../../../account/services/personalize/recommender/data/corpus.ts";
import { ValueAffinity } from "../../../account/services/personalize/recommender/model/affinity.ts";
import { weighEvents } from "../../../account/services/personalize/recommender/model/evidence.ts";
import { countFollows } from "../../../account/services/personalize/recommender/model/follows.ts";
import { fitMixture, partNames, predictNext } from "../../../account/services/personalize/recommender/model/mixture.ts";
import {
  countCommonUsers,
  indexHistories,
  Neighbours,
} from "../../../account/services/personalize/recommender/model/neighbours.ts";
import { fitWeights } from "../../../account/services/personalize/recommender/model/weights.ts";

/** Users by name, each with items in the order in which they chose them; a later user is a newer one. */
function corpusOf(histories: Readonly<Record<string, string>>, catalogue: readonly string[] = []): Corpus {
  const rows = Object.entries(histories).flatMap(([user, items]) => items.split(" ").map((item) => ({ user, item })));
  return buildCorpus(
    {
      userIds: codeTexts(rows.map(({ user }) => user)),
      itemIds: codeTexts(rows.map(({ item }) => item)),
      timestamps: Float64Array.from(rows.keys()),
      eventTypes: codeTexts([]),
    },
    catalogue,
  );
}

const shown = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toFixed(6)));

test("events count less the older they are, and an item's events add up", () => {
  const { items, amounts, total } = weighEvents([0, 2, 0, 1], 1);
  expect([...items]).toEqual([1, 0, 2]);
  expect([...amounts]).toEqual([1, 0.5 + 0.125, 0.25]);
  expect(total).toBe(1.875);
  expect([...weighEvents([0, 2, 0, 1], Number.POSITIVE_INFINITY).amounts]).toEqual([1, 2, 1]);
});

test("neighbours vote for their other items: the more they share, and the rarer the item, the more", () => {
  const corpus = corpusOf({ ann: "a b c", bob: "b d", cy: "e", dan: "e f" });
  const { items, amounts, total } = new Neighbours(indexHistories(corpus, listUsers(corpus))).ask([0, 1], true);
  // ann shares both items (1/2 + 1), bob the newest one; each vote is decayed by the distance of the newest shared event.
  const votes = Array.from(items, (item, k) => [corpus.itemIds[item], amounts[k]] as const).sort();
  expect(votes.map(([item]) => item)).toEqual(["c", "d"]);
  expect(shown(votes.map(([, amount = 0]) => amount))).toEqual(shown([1.5 * 0.9 * Math.log(4), 1 * 0.9 * Math.log(4)]));
  expect(total).toBeCloseTo(2.5 * 0.9 * Math.log(4), 10);
});

test("one history after another gets its own neighbours", () => {
  const corpus = corpusOf({ ann: "a b c", bob: "b d", cy: "e", dan: "e f" });
  const histories = indexHistories(corpus, listUsers(corpus));
  const neighbours = new Neighbours(histories);
  neighbours.ask([0, 1], true);
  expect(neighbours.ask([4], true)).toEqual(new Neighbours(histories).ask([4], true));
});

test("users in common are counted for each item", () => {
  const corpus = corpusOf({ ann: "a b c", bob: "b d", cy: "b a" });
  expect([...countCommonUsers(indexHistories(corpus, listUsers(corpus)), 1)]).toEqual([2, 3, 1, 1]);
});

const breed = {
  name: "BREED",
  values: ["x", "y"],
  start: Int32Array.of(0, 1, 2, 3, 4),
  codes: Int32Array.of(0, 0, 1, 1),
};

test("an item is likelier when the user's items have its value, in proportion to its popularity", () => {
  const corpus = corpusOf({ ann: "a c", bob: "b c" }, ["d"]);
  const follows = countFollows(corpus, listUsers(corpus), breed);
  const probabilities = new Float64Array(4);
  const affinity = new ValueAffinity([{ column: breed, follows }], Float64Array.of(1, 1, 2, 0));
  affinity.predictAlike(weighEvents([0], 1), probabilities);
  // Half of the choices, each item counted once more, have either breed: x now has (1 + ½) / 2, y (0 + ½) / 2.
  expect(shown(probabilities)).toEqual(shown([6 / 16, 6 / 16, 3 / 16, 1 / 16]));
});

test("values follow values, and a new item has those of its columns", () => {
  const corpus = corpusOf({ ann: "a c", bob: "b c" }, ["d"]);
  const follows = countFollows(corpus, listUsers(corpus), breed);
  expect({ ...follows, counts: [...follows.counts], totals: [...follows.totals] }).toMatchObject({
    counts: [2],
    totals: [2, 0],
  });
  const probabilities = new Float64Array(4);
  const affinity = new ValueAffinity([{ column: breed, follows }], Float64Array.of(1, 1, 2, 0));
  affinity.predictFollowing(weighEvents([0], 1), probabilities);
  expect(probabilities[3]).toBeGreaterThan(0);
  // Breed y followed x twice; nothing that has x did.
  expect(probabilities[2]).toBeGreaterThan(2 * (probabilities[0] ?? 0));
});

test("the weights go to the part that explains the next events", () => {
  const choices = Array.from({ length: 60 }, (_, user) => `${"ab"[user % 2]} ${"cd"[user % 3] ?? "c"} `);
  const returning = corpusOf(
    Object.fromEntries(choices.map((text, user) => [`u${user}`, `${text}${text}${text}`.trim()])),
  );
  const weightOf = (part: string) => {
    const settings = { seed: 1, recency: true, newestOnly: false };
    return fitWeights(returning, listUsers(returning), [], settings).weights[partNames.indexOf(part)] ?? 0;
  };
  expect(weightOf("own items")).toBeGreaterThan(weightOf("popularity"));
});

test("a prediction is the weighted sum of the parts, and sums to 1", () => {
  const corpus = corpusOf({ ann: "a b c", bob: "b d", cy: "e", dan: "e f" });
  const weights = Float64Array.from(partNames, () => 1 / partNames.length);
  const mixture = fitMixture(corpus, listUsers(corpus), [], { recency: true, weights });
  const chances = predictNext(mixture, [0, 1]);
  expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
  expect(Math.min(...chances)).toBeGreaterThan(0);
  expect(shown(predictNext(mixture, []))).toEqual(shown([2, 3, 2, 2, 3, 2].map((count) => count / 14)));
});
