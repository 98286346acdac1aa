import { describe, expect, test } from "vitest";
import { type RandomStream, stream } from "../../../account/aws/random.ts";
import type { Column } from "../../../account/services/personalize/recommender/data/columns.ts";
import {
  computeExposureBoosts,
  findYoungItems,
} from "../../../account/services/personalize/recommender/serving/exploration.ts";
import {
  computeUtilities,
  computeUtilityShares,
  type Shares,
} from "../../../account/services/personalize/recommender/serving/scores.ts";
import { rank, recommend } from "../../../account/services/personalize/recommender/serving/serve.ts";
import type { BlendInside } from "../../../account/services/personalize/recommender/serving/trained.ts";
import { countTransitions, followKernel } from "../../../account/services/personalize/recommender/stage1/item-model.ts";
import { solveExactRidge, solveLocalRidge } from "../../../account/services/personalize/recommender/stage1/ridge.ts";
import {
  chooseHalfLives,
  listFeatureNames,
} from "../../../account/services/personalize/recommender/stage2/features.ts";
import { computePlainSoftmax, computePlainUtilities, listPlain } from "./plain-recommender.mts";

const seeds = Array.from({ length: 24 }, (_, seed) => seed);

/** A model of random interactions and random weights: dense or sparse, with single and several values per column. */
function randomModel(seed: number, changes: { scale?: number } = {}) {
  const random = stream(`same-scores/${seed}`);
  const items = 50 + random.int(150);
  const histories = Array.from({ length: 80 }, () =>
    Int32Array.from({ length: 2 + random.int(12) }, () => random.int(items)),
  );
  const baskets = histories.map((history) => Int32Array.from(new Set(history)));
  const columns = [randomColumn("ONE", items, 1, random), randomColumn("SOME", items, 3, random)];
  const counts = new Float64Array(items);
  for (const basket of baskets) for (const item of basket) counts[item] = (counts[item] ?? 0) + 1;
  const recency = seed % 3 !== 0;
  const scale = changes.scale ?? 1;
  const inside: BlendInside = {
    family: "blend",
    recency,
    items: {
      columns,
      counts,
      ridge: seed % 2 === 0 ? solveLocalRidge(baskets, items, 10, 6) : solveExactRidge(baskets, items, columns, 10),
      transitions: countTransitions(histories, items),
      kernels: columns.map((column) => followKernel(histories, column)),
    },
    // Some features are not used at all.
    weights: Float64Array.from(listFeatureNames(columns, chooseHalfLives(recency)), () =>
      random.u() < 0.3 ? 0 : scale * random.normal(),
    ),
  };
  const itemIds = Array.from({ length: items }, (_, item) => `item-${String(item).padStart(3, "0")}`);
  const history = (length: number) => Array.from({ length }, () => random.int(items));
  const model = {
    recipe: "aws-user-personalization",
    itemIds,
    metrics: {},
    diagnostics: {},
    userCounts: counts,
    inside,
  };
  return { model, inside, random, histories: [[], history(1), history(3), history(3), history(40), history(230)] };
}

function randomColumn(name: string, items: number, most: number, random: RandomStream): Column {
  const size = 5;
  const own = Array.from({ length: items }, () => random.perm(size).slice(0, 1 + random.int(most)));
  const start = new Int32Array(items + 1);
  own.forEach((codes, item) => {
    start[item + 1] = (start[item] ?? 0) + codes.length;
  });
  return {
    name,
    values: Array.from({ length: size }, (_, code) => `value ${code}`),
    start,
    codes: Int32Array.from(own.flat()),
  };
}

const furthest = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

const normalised = ({ values, sum }: Shares) => values.map((value) => value / sum);

describe("scores are those of the plain recommender", () => {
  test.each(seeds)("of random model %i, to 1e-12", (seed) => {
    const { inside, histories } = randomModel(seed);
    for (const history of histories) {
      const expected = computePlainUtilities(inside, history);
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      expect(furthest(computeUtilities(inside, history), expected) / largest).toBeLessThan(1e-12);
      expect(furthest(normalised(computeUtilityShares(inside, history)), computePlainSoftmax(expected))).toBeLessThan(
        1e-12,
      );
    }
  });

  test("also with weights so large that products of exponentials leave the range of numbers", () => {
    const { inside, histories } = randomModel(2, { scale: 3000 });
    for (const history of histories) {
      const expected = computePlainSoftmax(computePlainUtilities(inside, history));
      // Utilities of some 10,000 have an accuracy of 1e-12 themselves.
      expect(furthest(normalised(computeUtilityShares(inside, history)), expected)).toBeLessThan(1e-9);
    }
  });

  test("a history leaves nothing behind for the next one", () => {
    const { inside, histories } = randomModel(4);
    const alone = histories.map((history) => normalised(computeUtilityShares(randomModel(4).inside, history)));
    const inTurn = histories.map((history) => normalised(computeUtilityShares(inside, history)));
    const backwards = histories.toReversed().map((history) => normalised(computeUtilityShares(inside, history)));
    expect(inTurn).toEqual(alone);
    expect(backwards.reverse()).toEqual(alone);
  });
});

describe("lists are those of the plain recommender", () => {
  test.each(seeds)("of random model %i, filtered and explored", (seed) => {
    const { model, inside, random, histories } = randomModel(seed);
    const ages = model.itemIds.map(() => (random.u() < 0.1 ? undefined : 60 * random.u()));
    const exposures = model.itemIds.map(() => random.int(50));
    const indexOf = new Map(model.itemIds.map((itemId, index) => [itemId, index]));
    for (const history of histories) {
      const events = history.map((item) => ({ itemId: model.itemIds[item] ?? "", timestamp: 0 }));
      const shares = computePlainSoftmax(computePlainUtilities(inside, history));
      for (const weight of [undefined, 0, 0.3, 1]) {
        const list = recommend(model, events, {
          numResults: 25,
          keep: (itemId) => (indexOf.get(itemId) ?? 0) % 3 !== 1,
          ...(weight !== undefined && {
            exploration: {
              weight,
              seed: `RID-${seed}`,
              young: findYoungItems(
                Float64Array.from(ages, (age) => age ?? Number.NaN),
                30,
              ),
              boosts: computeExposureBoosts(Float64Array.from(exposures)),
            },
          }),
        });
        const expected = listPlain(
          shares,
          25,
          (index) => index % 3 !== 1,
          weight === undefined
            ? undefined
            : {
                weight,
                ageCutOffDays: 30,
                seed: `RID-${seed}`,
                age: (index) => ages[index],
                exposure: (index) => exposures[index] ?? 0,
              },
        );
        expect(list).toHaveLength(expected.length);
        // Items with the same values and the same users have one score; rounding alone decides which comes first.
        list.forEach(({ itemId, score = Number.NaN }, place) => {
          expect(Math.abs(score - (shares[indexOf.get(itemId) ?? -1] ?? 0))).toBeLessThan(1e-12);
          expect(Math.abs(score - (shares[expected[place] ?? -1] ?? 0))).toBeLessThan(1e-12);
        });
      }
    }
  });

  test.each(seeds)("a ranking of random model %i is a softmax over the plain utilities", (seed) => {
    const { model, inside, random, histories } = randomModel(seed);
    const asked = random
      .perm(model.itemIds.length)
      .slice(0, 20)
      .sort((a, b) => a - b);
    for (const history of histories) {
      const events = history.map((item) => ({ itemId: model.itemIds[item] ?? "", timestamp: 0 }));
      const all = computePlainUtilities(inside, history);
      const shares = computePlainSoftmax(Float64Array.from(asked, (item) => all[item] ?? 0));
      const ranked = rank(
        model,
        events,
        asked.map((item) => model.itemIds[item] ?? ""),
      );
      for (const { itemId, score = Number.NaN } of ranked) {
        const expected = shares[asked.findIndex((item) => model.itemIds[item] === itemId)] ?? 0;
        expect(Math.abs(score - expected)).toBeLessThan(1e-12);
      }
    }
  });
});
