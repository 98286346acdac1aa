import { listDistinctItems } from "../../../local/account/services/personalize/recommender/data/corpus";
import type { Peer } from "../../../local/account/services/personalize/recommender/measure/peers";

const lambda = 200;

/**
 * EASE (Steck 2019): a linear model in which no item explains itself. Its weights are from P = (XᵀX
 * + λI)⁻¹ of the items, which is (I − Xᵀ(XXᵀ + λI)⁻¹X) / λ: with few users the smaller matrix of
 * the users is enough.
 */
export const ease: Peer = ({ corpus }, users) => {
  const baskets = listDistinctItems(corpus, users);
  const count = corpus.itemIds.length;
  const has = baskets.map((basket) => {
    const row = new Float64Array(count);
    for (const item of basket) row[item] = 1;
    return row;
  });
  const shared = has.map((row) => baskets.map((basket) => basket.reduce((sum, item) => sum + (row[item] ?? 0), 0)));
  const inverse = invert(shared.map((row, u) => Float64Array.from(row, (value, v) => value + (u === v ? lambda : 0))));
  /** A row of numbers for users, times their items. */
  const multiply = (row: ArrayLike<number>) => {
    const sums = new Float64Array(count);
    baskets.forEach((basket, v) => {
      for (const item of basket) sums[item] = (sums[item] ?? 0) + (row[v] ?? 0);
    });
    return sums;
  };
  const diagonal = new Float64Array(count).fill(1);
  baskets.forEach((basket, u) => {
    const product = multiply(inverse[u] ?? []);
    for (const item of basket) diagonal[item] = (diagonal[item] ?? 0) - (product[item] ?? 0);
  });
  return (history) => {
    const own = [...new Set(history)];
    const overlap = has.map((row) => own.reduce((sum, item) => sum + (row[item] ?? 0), 0));
    const weights = inverse.map((row) => row.reduce((sum, value, v) => sum + value * (overlap[v] ?? 0), 0));
    return multiply(weights).map((score, item) => score / (diagonal[item] ?? 1));
  };
};

/** Inverts a symmetric positive definite matrix by Gauss and Jordan, in place. */
function invert(matrix: Float64Array[]): Float64Array[] {
  matrix.forEach((pivot, k) => {
    const value = pivot[k] ?? 1;
    pivot[k] = 1;
    for (let j = 0; j < pivot.length; j++) pivot[j] = (pivot[j] ?? 0) / value;
    matrix.forEach((row, i) => {
      const factor = row[k] ?? 0;
      if (i === k || factor === 0) return;
      row[k] = 0;
      for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    });
  });
  return matrix;
}
