import { expect, test } from "vitest";
import {
  countTransitions,
  followKernel,
  type ItemModel,
} from "../../../account/services/personalize/recommender/stage1/item-model.ts";
import { solveExactRidge } from "../../../account/services/personalize/recommender/stage1/ridge.ts";
import {
  chooseHalfLives,
  computeFeatures,
  listFeatureNames,
  logAffinity,
  logFollows,
  weighRecency,
} from "../../../account/services/personalize/recommender/stage2/features.ts";

const all = Number.POSITIVE_INFINITY;
const column = { name: "BREED", values: ["a", "b"], start: Int32Array.of(0, 1, 2, 3), codes: Int32Array.of(0, 1, 0) };
const training = [Int32Array.of(0, 1, 2), Int32Array.of(2, 0)];
const history = [0, 2, 0, 1];
const model: ItemModel = {
  columns: [column],
  counts: Float64Array.of(3, 3, 2),
  ridge: solveExactRidge(
    [[0, 1], [0, 1, 2], [1, 2], [0]].map((basket) => Int32Array.from(basket)),
    3,
    [],
    1,
  ),
  transitions: countTransitions(training, 3),
  kernels: [followKernel(training, column)],
};

/** Feature by name, item by item. */
function featuresOf(past: readonly number[]): Record<string, number[]> {
  const lives = chooseHalfLives(true);
  const names = listFeatureNames(model.columns, lives);
  const out = new Float64Array(names.length * 3);
  computeFeatures(model, past, lives, out);
  return Object.fromEntries(names.map((name, k) => [name, [...out.subarray(3 * k, 3 * k + 3)]]));
}

function expectClose(actual: ArrayLike<number> | undefined, expected: readonly number[]) {
  expect(actual?.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual?.[i], `position ${i}`).toBeCloseTo(value, 6);
  });
}

test("an item's recency is that of its newest event", () => {
  const newest = [2, 3, 1];
  expectClose(
    newest.map((position) => weighRecency(position, 4, 2)),
    [Math.SQRT1_2, 1, 0.5],
  );
  expectClose(
    newest.map((position) => weighRecency(position, 4, 8)),
    [0.917004, 1, 0.840896],
  );
});

test("the ridge without recency sums the distinct items, damped by the root of their number", () => {
  expectClose(featuresOf([0, 2])["ridge/Infinity"], [0, 0.642824, 0]);
  expectClose(featuresOf([0, 2, 0])["ridge/Infinity"], [0, 0.642824, 0]);
});

test("the ridge with a half-life weighs each distinct item by its newest event", () => {
  const row0 = [0, 0.363636, 0];
  const row1 = [0.5, 0, 0.5];
  const row2 = [0, 0.545455, 0];
  const mixed = [0, 1, 2].map((j) => Math.SQRT1_2 * (row0[j] ?? 0) + (row1[j] ?? 0) + 0.5 * (row2[j] ?? 0));
  expectClose(featuresOf(history)["ridge/2"], mixed);
  expectClose(
    featuresOf(history)["logRidge/2"],
    mixed.map((value) => Math.log(0.01 + value)),
  );
});

test("affinity is the smoothed log share of the history's values", () => {
  expectClose(logAffinity(column, history, all), [-0.356675, -1.203973]);
  expectClose(logAffinity(column, history, 2), [-0.54692, -0.864481]);
});

test("the kernel is the smoothed chance that one value follows another", () => {
  expectClose(followKernel(training, column), [0.583333, 0.416667, 0.636364, 0.363636]);
  expectClose(logFollows(column, followKernel(training, column), history, all), [-0.516356, -0.907556]);
  expectClose(logFollows(column, followKernel(training, column), history, 2), [-0.503944, -0.926197]);
});

test("the transition is that of the newest item, damped by five", () => {
  expectClose(featuresOf([2, 0]).transition, [0, 0.166667, 0]);
});

test("items of the history are marked, the newer the stronger", () => {
  expectClose(featuresOf(history).repeat, [1, 1, 1]);
  expectClose(featuresOf(history).repeatRecency, [0.7, 1, 0.49]);
  expectClose(featuresOf([1]).repeat, [0, 1, 0]);
});

test("popularity is the log of one and the distinct users", () => {
  expectClose(featuresOf(history).popularity, [4, 4, 3].map(Math.log));
});

test("an item with several values gets the mean of their logs, and spreads its weight over them in a history", () => {
  const mixed = { ...column, start: Int32Array.of(0, 1, 2, 4), codes: Int32Array.of(0, 1, 0, 1) };
  expectClose(logAffinity(mixed, [2], all), [Math.log(0.5), Math.log(0.5)]);
  const lives = chooseHalfLives(true);
  const names = listFeatureNames([mixed], lives);
  const out = new Float64Array(names.length * 3);
  computeFeatures({ ...model, columns: [mixed] }, [0], lives, out);
  const row = names.indexOf("affinity/BREED/Infinity") * 3;
  expect(out[row + 2]).toBeCloseTo(((out[row] ?? 0) + (out[row + 1] ?? 0)) / 2, 12);
});

test("four columns make 26 features, and 14 without recency", () => {
  const four = ["A", "B", "C", "D"].map((name) => ({ ...column, name }));
  expect(listFeatureNames(four, chooseHalfLives(true))).toHaveLength(26);
  expect(listFeatureNames(four, chooseHalfLives(false))).toHaveLength(14);
});
