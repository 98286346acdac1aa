import type { Column } from "../data/columns";
import { TrainingRefused } from "../data/refused";
import { bestOf } from "../data/top";
import { CoCounter } from "./co-counts";
import { factorInPlace, invert, solveFactored } from "./positive-definite";

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

/** Up to this many items, one matrix over all of them is inverted. */
export const exactLimit = 2000;
const neighbours = 128;
/** Only the newest of a user's items count if there are more than this (usually a robot): pairs grow with the square. */
const mostOfOneUser = 2000;
/** 2 GB of co-counts. */
const mostPairs = 2 ** 28;
/** Weight of shared attributes: it gives items without any event their first neighbours. */
const attributeWeight = 0.5;

/** Item-item ridge regression on distinct (user, item) pairs: exact up to `exactLimit` items, local above. */
export function fitRidge(
  baskets: readonly Int32Array[],
  items: number,
  columns: readonly Column[],
  lambda: number,
): Ridge {
  return items <= exactLimit
    ? solveExactRidge(baskets, items, columns, lambda)
    : solveLocalRidge(baskets, items, lambda, neighbours);
}

/** EASE (Steck 2019) with side information: B = −P / diag(P), P = (XᵀX + α F Fᵀ + λ I)⁻¹, its diagonal 0. */
export function solveExactRidge(
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
  const p = invert(a, items);
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
export function solveLocalRidge(baskets: readonly Int32Array[], items: number, lambda: number, m: number): Ridge {
  const neighbourhoods = neighbourhoodsOf(baskets, items, m);
  solveEach(neighbourhoods, lambda);
  return indexByHistoryItem(neighbourhoods);
}

/** The parts of every candidate's small system of equations. */
interface Neighbourhoods {
  /** Users of each item. */
  readonly users: Int32Array;
  /** The nearest items of each candidate, in the order of their indices. */
  readonly near: readonly Int32Array[];
  /** The users in common for each candidate and nearest item; after `solveEach` the weights. */
  readonly weights: readonly Float32Array[];
  /**
   * The co-counts, each pair once: item k, common users, item k, common users, … are in the row of the item with fewer
   * users. So rows are short: what is popular has few items above it, the others have few users.
   */
  readonly pairs: readonly Int32Array[];
}

function neighbourhoodsOf(baskets: readonly Int32Array[], items: number, m: number): Neighbourhoods {
  const counter = new CoCounter(
    baskets.map((basket) => basket.subarray(-mostOfOneUser)),
    items,
  );
  const { users, common } = counter;
  const roots = Float64Array.from(users, Math.sqrt);
  const nearness = new Float64Array(items);
  const near: Int32Array[] = [];
  const weights: Float32Array[] = [];
  const pairs: Int32Array[] = [];
  let stored = 0;
  for (let j = 0; j < items; j++) {
    const others = counter.count(j).filter((i) => i !== j);
    for (const i of others) nearness[i] = (common[i] ?? 0) / (roots[i] ?? 1);
    const nearest = bestOf(others, nearness, m).sort();
    near.push(nearest);
    weights.push(Float32Array.from(nearest, (i) => common[i] ?? 0));
    const row = addUsers(others, j, users, common);
    pairs.push(row);
    stored += row.length / 2;
    if (stored > mostPairs) refuseSoManyPairs(j, items);
  }
  return { users, near, weights, pairs };
}

function addUsers(others: Int32Array, j: number, users: Int32Array, common: Int32Array): Int32Array {
  const row = new Int32Array(2 * others.length);
  let length = 0;
  for (let k = 0; k < others.length; k++) {
    const i = others[k] ?? 0;
    const more = (users[i] ?? 0) - (users[j] ?? 0);
    if (more < 0 || (more === 0 && i > j)) continue;
    row[length++] = i;
    row[length++] = common[i] ?? 0;
  }
  return row.slice(0, length);
}

function refuseSoManyPairs(at: number, items: number): never {
  throw new TrainingRefused(
    `Too many pairs of items have users in common: more than ${mostPairs} among the first ${at + 1} of ${items} items, 8 bytes each. ` +
      "The local account keeps them in memory. Train on newer interactions only, or on fewer event types.",
  );
}

/** Solves (G_SS + λI) b = G_Sj for every candidate j with its nearest items S. */
function solveEach({ users, near, weights, pairs }: Neighbourhoods, lambda: number): void {
  const largest = near.reduce((most, own) => Math.max(most, own.length), 0);
  const a = new Float64Array(largest * largest);
  const position = new Int32Array(users.length).fill(-1);
  near.forEach((own, j) => {
    const size = own.length;
    a.fill(0, 0, size * size);
    for (let p = 0; p < size; p++) position[own[p] ?? 0] = p;
    for (let p = 0; p < size; p++) {
      const i = own[p] ?? 0;
      a[p * size + p] = (users[i] ?? 0) + lambda;
      const row = pairs[i] ?? own;
      for (let k = 0; k < row.length; k += 2) {
        const q = position[row[k] ?? 0] ?? -1;
        if (q >= 0) a[q < p ? p * size + q : q * size + p] = row[k + 1] ?? 0;
      }
    }
    for (let p = 0; p < size; p++) position[own[p] ?? 0] = -1;
    const b = Float64Array.from(weights[j] ?? []);
    factorInPlace(a, size);
    solveFactored(a, size, b);
    weights[j]?.set(b);
  });
}

/** From lists per candidate to lists per item of the history. */
function indexByHistoryItem({ near, weights: solved }: Neighbourhoods): Ridge {
  const items = near.length;
  const start = new Int32Array(items + 1);
  for (const own of near) for (const i of own) start[i + 1] = (start[i + 1] ?? 0) + 1;
  for (let i = 0; i < items; i++) start[i + 1] = (start[i + 1] ?? 0) + (start[i] ?? 0);
  const next = start.slice(0, items);
  const total = start[items] ?? 0;
  const candidates = new Int32Array(total);
  const weights = new Float32Array(total);
  near.forEach((own, j) => {
    own.forEach((i, p) => {
      const at = next[i] ?? 0;
      next[i] = at + 1;
      candidates[at] = j;
      weights[at] = solved[j]?.[p] ?? 0;
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
