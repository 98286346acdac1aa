import type { Column } from "./columns";
import { choleskyInPlace, inverse, solveFactored } from "./positive-definite";
import { bestIndices } from "./top";

/** Weights of an item in the history on every candidate: a full matrix, or lists of the strongest neighbours. */
export type Ridge =
  | { readonly kind: "dense"; readonly items: number /** Row: item of the history. */; readonly weights: Float32Array }
  | {
      readonly kind: "local";
      readonly items: number;
      readonly start: Int32Array;
      readonly candidates: Int32Array;
      readonly weights: Float32Array;
    };

/** Up to so many items one matrix over all of them is inverted. */
export const exactLimit = 2000;
/** Above, the co-counts no longer fit the memory of a small machine. */
export const localLimit = 16_000;
const neighbours = 128;
/** Weight of shared attributes: what gives items that nobody has seen their first neighbours. */
const attributeWeight = 0.5;

/** Item-item ridge regression on distinct (user, item) pairs: exact up to `exactLimit` items, local above. */
export function fitRidge(
  baskets: readonly Int32Array[],
  items: number,
  columns: readonly Column[],
  lambda: number,
): Ridge {
  return items <= exactLimit
    ? exactRidge(baskets, items, columns, lambda)
    : localRidge(baskets, items, lambda, neighbours);
}

/** EASE (Steck 2019) with side information: B = −P / diag(P), P = (XᵀX + α F Fᵀ + λ I)⁻¹, its diagonal 0. */
export function exactRidge(
  baskets: readonly Int32Array[],
  items: number,
  columns: readonly Column[],
  lambda: number,
): Ridge {
  const a = new Float64Array(items * items);
  for (const basket of baskets) {
    for (const i of basket) for (const j of basket) a[i * items + j] = (a[i * items + j] ?? 0) + 1;
  }
  for (const column of columns) addSharedValues(a, items, column);
  for (let i = 0; i < items; i++) a[i * items + i] = (a[i * items + i] ?? 0) + lambda;
  const p = inverse(a, items);
  const weights = new Float32Array(items * items);
  for (let i = 0; i < items; i++) {
    for (let j = 0; j < items; j++) {
      if (i !== j) weights[i * items + j] = -(p[i * items + j] ?? 0) / (p[j * items + j] ?? 1);
    }
  }
  return { kind: "dense", items, weights };
}

function addSharedValues(a: Float64Array, items: number, { values, start, codes }: Column): void {
  const holders = values.map((): { item: number; share: number }[] => []);
  for (let item = 0; item < items; item++) {
    const from = start[item] ?? 0;
    const to = start[item + 1] ?? 0;
    for (let k = from; k < to; k++) holders[codes[k] ?? 0]?.push({ item, share: 1 / (to - from) });
  }
  for (const group of holders) {
    for (const one of group) {
      for (const other of group) {
        const cell = one.item * items + other.item;
        a[cell] = (a[cell] ?? 0) + attributeWeight * one.share * other.share;
      }
    }
  }
}

/** For each candidate a small ridge over its `m` nearest items alone. Attributes are not used here. */
export function localRidge(baskets: readonly Int32Array[], items: number, lambda: number, m: number): Ridge {
  const gram = baskets.length <= 0xffff ? new Uint16Array(items * items) : new Uint32Array(items * items);
  for (const basket of baskets) {
    for (const i of basket) for (const j of basket) gram[i * items + j] = (gram[i * items + j] ?? 0) + 1;
  }
  const nearest = nearestItems(gram, items, m);
  const chosen: Int32Array[] = [];
  const solved: Float64Array[] = [];
  const lengths = new Int32Array(items);
  for (let j = 0; j < items; j++) {
    const near = nearest(j);
    const weights = Float64Array.from(near, (i) => gram[i * items + j] ?? 0);
    const a = lowerTriangle(gram, items, near, lambda);
    choleskyInPlace(a, near.length);
    solveFactored(a, near.length, weights);
    for (const i of near) lengths[i] = (lengths[i] ?? 0) + 1;
    chosen.push(near);
    solved.push(weights);
  }
  return turnedForward(chosen, solved, lengths, items);
}

type CoCounts = Uint16Array | Uint32Array;

/** For a candidate j the m items i ≠ j with the largest G_ij / √d_i among those seen together with j, by index. */
function nearestItems(gram: CoCounts, items: number, m: number): (j: number) => Int32Array {
  // Gathered once: the diagonal lies one matrix row apart, a cache miss each.
  const roots = Float64Array.from({ length: items }, (_, i) => Math.sqrt(gram[i * items + i] ?? 0));
  const nearness = new Float64Array(items);
  return (j) => {
    const row = j * items;
    for (let i = 0; i < items; i++) {
      const count = gram[row + i] ?? 0;
      nearness[i] = count === 0 ? 0 : count / (roots[i] ?? 1);
    }
    nearness[j] = 0;
    return Int32Array.from(bestIndices(nearness, m, (i) => nearness[i] !== 0)).sort();
  };
}

/** G over the chosen items plus λ on the diagonal; the factorisation reads no more than the lower triangle. */
function lowerTriangle(gram: CoCounts, items: number, chosen: Int32Array, lambda: number): Float64Array {
  const size = chosen.length;
  const a = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const from = (chosen[row] ?? 0) * items;
    for (let column = 0; column <= row; column++) a[row * size + column] = gram[from + (chosen[column] ?? 0)] ?? 0;
    a[row * size + row] = (a[row * size + row] ?? 0) + lambda;
  }
  return a;
}

/** From lists per candidate to lists per item of the history. */
function turnedForward(
  chosen: readonly Int32Array[],
  solved: readonly Float64Array[],
  lengths: Int32Array,
  items: number,
): Ridge {
  const start = new Int32Array(items + 1);
  for (let i = 0; i < items; i++) start[i + 1] = (start[i] ?? 0) + (lengths[i] ?? 0);
  const next = start.slice(0, items);
  const total = start[items] ?? 0;
  const candidates = new Int32Array(total);
  const weights = new Float32Array(total);
  chosen.forEach((near, j) => {
    near.forEach((i, row) => {
      const place = next[i] ?? 0;
      next[i] = place + 1;
      candidates[place] = j;
      weights[place] = solved[j]?.[row] ?? 0;
    });
  });
  return { kind: "local", items, start, candidates, weights };
}

/** scores += factor · (row of `item`). */
export function addRow(ridge: Ridge, item: number, factor: number, scores: Float64Array): void {
  const { weights } = ridge;
  if (ridge.kind === "dense") {
    const from = item * ridge.items;
    for (let j = 0; j < scores.length; j++) scores[j] = (scores[j] ?? 0) + factor * (weights[from + j] ?? 0);
    return;
  }
  const to = ridge.start[item + 1] ?? 0;
  for (let k = ridge.start[item] ?? 0; k < to; k++) {
    const candidate = ridge.candidates[k] ?? 0;
    scores[candidate] = (scores[candidate] ?? 0) + factor * (weights[k] ?? 0);
  }
}

/** `addRow` for several factors and scores at once; three dense ones share one walk along the row. */
export function addRows(ridge: Ridge, item: number, factors: readonly number[], outs: readonly Float64Array[]): void {
  const [a, b, c] = outs;
  if (ridge.kind !== "dense" || outs.length !== 3 || !a || !b || !c) {
    outs.forEach((scores, k) => {
      addRow(ridge, item, factors[k] ?? 0, scores);
    });
    return;
  }
  const [fa = 0, fb = 0, fc = 0] = factors;
  const { weights, items } = ridge;
  const from = item * items;
  for (let j = 0; j < items; j++) {
    const weight = weights[from + j] ?? 0;
    a[j] = (a[j] ?? 0) + fa * weight;
    b[j] = (b[j] ?? 0) + fb * weight;
    c[j] = (c[j] ?? 0) + fc * weight;
  }
}
