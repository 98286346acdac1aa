import fc from "fast-check";
import { expect, test } from "vitest";
import {
  factorInPlace,
  invert,
  solveFactored,
} from "../../../account/services/personalize/recommender/stage1/positive-definite.ts";
import {
  addRow,
  type Ridge,
  solveExactRidge,
  solveLocalRidge,
} from "../../../account/services/personalize/recommender/stage1/ridge.ts";

const baskets = [[0, 1], [0, 1, 2], [1, 2], [0]].map((basket) => Int32Array.from(basket));

function matrixOf(ridge: Ridge): number[][] {
  return Array.from({ length: ridge.items }, (_, item) => {
    const row = new Float64Array(ridge.items);
    addRow(ridge, item, 1, row);
    return [...row];
  });
}

function expectClose(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[], digits = 6) {
  expect(actual.length).toBe(expected.length);
  actual.forEach((row, i) => {
    row.forEach((value, j) => {
      expect(value, `row ${i}, column ${j}`).toBeCloseTo(expected[i]?.[j] ?? Number.NaN, digits);
    });
  });
}

const worked = [
  [0, 0.363636, 0],
  [0.5, 0, 0.5],
  [0, 0.545455, 0],
];

test("the exact ridge of three items is the worked example", () => {
  expectClose(matrixOf(solveExactRidge(baskets, 3, [], 1)), worked);
});

test("with all neighbours the local ridge solves the same equations", () => {
  const full = [[0, 1, 2], [0, 1], [1, 2], [0, 2], [0], [2, 1, 0]].map((basket) => Int32Array.from(basket));
  expectClose(matrixOf(solveLocalRidge(full, 3, 1, 2)), matrixOf(solveExactRidge(full, 3, [], 1)));
});

test("with all co-counts positive local and exact agree for any data", () => {
  const basket = fc.uniqueArray(fc.nat(5), { minLength: 1 }).map((items) => Int32Array.from(items));
  fc.assert(
    fc.property(fc.array(basket, { maxLength: 30 }), fc.integer({ min: 1, max: 50 }), (some, lambda) => {
      const everything = Int32Array.from([0, 1, 2, 3, 4, 5]);
      const all = [everything, ...some];
      expectClose(matrixOf(solveLocalRidge(all, 6, lambda, 5)), matrixOf(solveExactRidge(all, 6, [], lambda)), 5);
    }),
  );
});

test("the local ridge keeps only the nearest neighbours", () => {
  const ridge = solveLocalRidge(baskets, 3, 1, 1);
  const neighboursOf = (j: number) => matrixOf(ridge).filter((row) => row[j] !== 0).length;
  expect([0, 1, 2].map(neighboursOf)).toEqual([1, 1, 1]);
});

/** As the definition says it, from the whole matrix of co-counts. */
function localRidgeOfWholeMatrix(all: readonly Int32Array[], items: number, lambda: number, m: number): number[][] {
  const gram = Array.from({ length: items }, () => new Array<number>(items).fill(0));
  const at = (i: number, j: number) => gram[i]?.[j] ?? 0;
  for (const basket of all) for (const i of basket) for (const j of basket) gram[i]?.splice(j, 1, at(i, j) + 1);
  const b = Array.from({ length: items }, () => new Array<number>(items).fill(0));
  for (let j = 0; j < items; j++) {
    const nearness = (i: number) => at(i, j) / Math.sqrt(at(i, i));
    const near = [...gram.keys()]
      .filter((i) => i !== j && at(i, j) > 0)
      .sort((one, other) => nearness(other) - nearness(one) || one - other)
      .slice(0, m)
      .sort((one, other) => one - other);
    const a = Float64Array.from(near.flatMap((i) => near.map((k) => at(i, k) + (i === k ? lambda : 0))));
    const weights = Float64Array.from(near, (i) => at(i, j));
    factorInPlace(a, near.length);
    solveFactored(a, near.length, weights);
    for (const [p, i] of near.entries()) b[i]?.splice(j, 1, Math.fround(weights[p] ?? 0));
  }
  return b;
}

test("the local ridge is, to the last bit, what the whole matrix of co-counts gives", () => {
  const basket = fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 12 }).map((items) => Int32Array.from(items));
  fc.assert(
    fc.property(fc.array(basket, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (all, m) => {
      expect(matrixOf(solveLocalRidge(all, 20, 10, m))).toEqual(localRidgeOfWholeMatrix(all, 20, 10, m));
    }),
  );
});

test("of a user with more than 2,000 items the newest 2,000 count", () => {
  const robot = Int32Array.from({ length: 2_001 }, (_, item) => item);
  const ridge = solveLocalRidge([robot], 2_001, 1, 1);
  const row = (item: number) => matrixOf(ridge)[item]?.some((weight) => weight !== 0);
  expect([row(0), row(1)]).toEqual([false, true]);
});

test("shared attributes give an item without events its first neighbours", () => {
  const breed = { name: "BREED", values: ["x", "y"], start: Int32Array.of(0, 1, 2, 3), codes: Int32Array.of(0, 1, 0) };
  const seen = [[0, 1], [0]].map((items) => Int32Array.from(items));
  const without = matrixOf(solveExactRidge(seen, 3, [], 1));
  const with_ = matrixOf(solveExactRidge(seen, 3, [breed], 1));
  expect(without[0]?.[2]).toBeCloseTo(0, 12);
  expect(with_[0]?.[2]).toBeGreaterThan(0.05);
  expect(with_[0]?.[2]).toBeGreaterThan(with_[1]?.[2] ?? 0);
});

test("a matrix times its inverse is the identity, across every block boundary", () => {
  for (const n of [1, 2, 3, 5, 47, 48, 49, 66, 97, 131]) {
    const root = Array.from({ length: n * n }, (_, i) => Math.sin(1 + i * i));
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++)
          a[i * n + j] = (a[i * n + j] ?? 0) + (root[i * n + k] ?? 0) * (root[j * n + k] ?? 0);
      }
      a[i * n + i] = (a[i * n + i] ?? 0) + n;
    }
    const p = invert(a.slice(), n);
    let worst = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += (a[i * n + k] ?? 0) * (p[k * n + j] ?? 0);
        worst = Math.max(worst, Math.abs(sum - (i === j ? 1 : 0)));
      }
    }
    expect(worst, `n = ${n}`).toBeLessThan(1e-10);
  }
});

test("a matrix that is not positive definite is refused by its pivot", () => {
  expect(() => invert(Float64Array.of(1, 2, 2, 1), 2)).toThrow("pivot 1 of 2 is -3");
});
