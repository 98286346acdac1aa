import { expect, test } from "vitest";
import {
  computeNdcg,
  computePrecision,
  computeReciprocalRank,
  computeRewardedNdcg,
  computeSolutionMetrics,
  type Judged,
} from "../../../account/services/personalize/recommender/measure/metrics.ts";

const numbers = (letters: string) =>
  letters.split(" ").map((letter) => (letter === "zz" ? 26 : letter.charCodeAt(0) - 97));
const query = (list: string, truth: string): Judged => ({ list: numbers(list), truth: new Set(numbers(truth)) });

const a = query("a b c d e f g h i j k l", "b e zz");
const b = query("c d e f g h i j k l m n", "c");
const c = query("a b c d e f g h i j k l", "y");
const d = query("n o p q r s t u v w x y", "t y n");

test("hits count as much as their event types are worth, over the plain ideal", () => {
  const judged = {
    ...query("a b c", "b c zz"),
    rewards: new Map([
      [1, 1.5],
      [2, 0.5],
      [26, 1.5],
    ]),
  };
  // (1.5 / log₂ 3 + .5 / log₂ 4) / (1 + 1 / log₂ 3)
  expect(computeRewardedNdcg(judged, 5)).toBeCloseTo(0.733566, 6);
  expect(computeRewardedNdcg(query("a b c", "b c zz"), 5)).toBe(computeNdcg(query("a b c", "b c zz"), 5));
});

test("the eight metrics are the means over the queries, under the service's keys", () => {
  const expected = {
    coverage: 25 / 30,
    mean_reciprocal_rank_at_25: 0.625,
    precision_at_5: 0.2,
    precision_at_10: 0.125,
    precision_at_25: 0.06,
    normalized_discounted_cumulative_gain_at_5: 0.656013,
    normalized_discounted_cumulative_gain_at_10: 0.610395,
    normalized_discounted_cumulative_gain_at_25: 0.594143,
  };
  const metrics = computeSolutionMetrics([a, b, c, d], 30);
  expect(Object.keys(metrics).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) expect(metrics[name], name).toBeCloseTo(value, 6);
});

test("the developer guide's examples come out as printed", () => {
  const hits = { list: [9, 1, 8, 7, 2], truth: new Set([1, 2]) };
  expect(Math.abs(computeNdcg(hits, 5) - 0.6241)).toBeLessThan(1e-4);
  expect(computeReciprocalRank(hits)).toBe(0.5);
  expect(computePrecision(hits, 5)).toBe(0.4);
  const firstHitAt = (rank: number) => ({ list: [...Array(10).keys()], truth: new Set([rank - 1]) });
  expect(computeSolutionMetrics([4, 2, 6].map(firstHitAt), 10).mean_reciprocal_rank_at_25).toBeCloseTo(0.3056, 4);
});

test("without a query every metric is 0", () => {
  expect(new Set(Object.values(computeSolutionMetrics([], 30)))).toEqual(new Set([0]));
});
