import {
  countsOf,
  groupPlaces,
  historyOf,
  listDistinctItems,
} from "../../../local/account/services/personalize/recommender/data/corpus";
import type { DataSet } from "../../../local/account/services/personalize/recommender/data/data-set";
import { selectBest } from "../../../local/account/services/personalize/recommender/data/top";
import { weighEvents } from "../../../local/account/services/personalize/recommender/model/evidence";

/** Scores all items after a history. */
type Score = (history: Int32Array) => Float64Array;

/** Fits the simple methods on some users, by name. The model is compared with the best of them. */
export function fitSimpleMethods(set: DataSet, users: Int32Array): Record<string, Score> {
  const popular = countsOf(set.corpus, users);
  const most = 1 + Math.max(...popular);
  /** Where a method has no answer, popular items are its list. */
  const thenPopular = (scores: Float64Array) =>
    scores.map((score, item) => score + (1e-9 * (popular[item] ?? 0)) / most);
  const spread = (history: Int32Array, halfLife: number) => {
    const amounts = new Float64Array(popular.length);
    const own = weighEvents(history, halfLife);
    own.items.forEach((item, k) => {
      amounts[item] = own.amounts[k] ?? 0;
    });
    return amounts;
  };
  const recent = countNewest(set, users);
  const rules = findRules(set, users);
  const neighbours = findNeighbours(set, users);
  const likeUsers = findLikeUsers(set, users);
  const always = Number.POSITIVE_INFINITY;
  const methods: Record<string, Score> = {
    popularity: () => popular,
    "recent popularity": () => recent,
    "own frequency": (history) => spread(history, always),
    "own newest": (history) => spread(history, 0.5),
    "like users": likeUsers,
    "rules of the newest item": (history) => followRows(rules, spread(history.slice(-1), 1)),
    "rules, half-life 1": (history) => followRows(rules, spread(history, 1)),
  };
  for (const halfLife of [2, 10, always]) {
    methods[`item neighbours, half-life ${halfLife}`] = (history) => followRows(neighbours, spread(history, halfLife));
  }
  for (const lambda of Math.min(users.length, popular.length) > mostForEase ? [] : [50, 200]) {
    const ease = fitEase(set, users, lambda);
    for (const halfLife of [5, always]) {
      methods[`EASE ${lambda}, half-life ${halfLife}`] = (history) => ease(spread(history, halfLife));
    }
  }
  return Object.fromEntries(
    Object.entries(methods).map(([name, score]) => [name, (history: Int32Array) => thenPopular(score(history))]),
  );
}

/** A matrix of more rows takes minutes. */
const mostForEase = 3000;

/** Counts the events of each item in the newest tenth of all events. */
function countNewest({ corpus }: DataSet, users: Int32Array): Float64Array {
  const times = Array.from(users).flatMap((user) => [
    ...corpus.times.subarray(corpus.start[user], corpus.start[user + 1]),
  ]);
  const since = Float64Array.from(times).sort()[Math.floor(0.9 * times.length)] ?? 0;
  const counts = new Float64Array(corpus.itemIds.length);
  for (const user of users) {
    historyOf(corpus, user).forEach((item, p) => {
      if ((corpus.times[(corpus.start[user] ?? 0) + p] ?? 0) >= since) counts[item] = (counts[item] ?? 0) + 1;
    });
  }
  return counts;
}

/** How near some items are to one item. */
type Row = ReadonlyMap<number, number>;

/** Adds up the rows of items by their amounts. */
function followRows(rowOf: (item: number) => Row | undefined, amounts: Float64Array): Float64Array {
  const scores = new Float64Array(amounts.length);
  amounts.forEach((amount, item) => {
    if (amount === 0) return;
    rowOf(item)?.forEach((near, other) => {
      scores[other] = (scores[other] ?? 0) + amount * near;
    });
  });
  return scores;
}

/** Sequential rules: the items after an item, each with the sum of 1/distance, up to 10 places. */
function findRules({ corpus }: DataSet, users: Int32Array) {
  const rules = new Map<number, Map<number, number>>();
  for (const user of users) {
    const history = historyOf(corpus, user);
    history.forEach((item, p) => {
      const row = rules.get(item) ?? new Map<number, number>();
      rules.set(item, row);
      for (let step = 1; step <= 10 && p + step < history.length; step++) {
        const next = history[p + step] ?? 0;
        row.set(next, (row.get(next) ?? 0) + 1 / step);
      }
    });
  }
  return (item: number) => rules.get(item);
}

/** The cosine of the users of two items; an item is its own neighbour. */
function findNeighbours({ corpus }: DataSet, users: Int32Array) {
  const baskets = listDistinctItems(corpus, users);
  const all = Int32Array.from(baskets.flatMap((basket) => [...basket]));
  const owners = baskets.flatMap((basket, user) => [...basket].map(() => user));
  const { start, order } = groupPlaces(all, corpus.itemIds.length);
  const countOf = (item: number) => (start[item + 1] ?? 0) - (start[item] ?? 0);
  const known = new Map<number, Row>();
  return (item: number) => {
    const found = known.get(item);
    if (found) return found;
    const common = new Map<number, number>();
    for (const place of order.subarray(start[item], start[item + 1])) {
      for (const other of baskets[owners[place] ?? 0] ?? []) common.set(other, (common.get(other) ?? 0) + 1);
    }
    const row = new Map([...common].map(([other, n]) => [other, n / Math.sqrt(countOf(item) * countOf(other))]));
    known.set(item, row);
    return row;
  };
}

/** Users with a similar history: the 100 nearest by the cosine vote for their items. */
function findLikeUsers({ corpus }: DataSet, users: Int32Array): Score {
  const baskets = listDistinctItems(corpus, users);
  return (history) => {
    const own = new Set(history);
    const likeness = baskets.map(
      (basket) => basket.filter((item) => own.has(item)).length / Math.sqrt(basket.length || 1),
    );
    const scores = new Float64Array(corpus.itemIds.length);
    for (const user of selectBest(likeness, 100)) {
      for (const item of baskets[user] ?? []) scores[item] = (scores[item] ?? 0) + (likeness[user] ?? 0);
    }
    return scores;
  };
}

/**
 * EASE (Steck 2019): a linear model in which no item explains itself. With P = (XᵀX + λI)⁻¹ of the
 * items the score of j is xⱼ − (Px)ⱼ / Pⱼⱼ. P is also (I − Xᵀ(XXᵀ + λI)⁻¹X) / λ: of the matrices of
 * the items and of the users the smaller one is inverted.
 */
function fitEase({ corpus }: DataSet, users: Int32Array, lambda: number): (amounts: Float64Array) => Float64Array {
  const baskets = listDistinctItems(corpus, users);
  const count = corpus.itemIds.length;
  if (count <= baskets.length) {
    const product = Array.from({ length: count }, () => new Float64Array(count));
    for (const basket of baskets) {
      for (const item of basket) for (const other of basket) add(product[item], other, 1);
    }
    const inverse = invert(product, lambda);
    return (amounts) => {
      const sums = multiplyRows(inverse, amounts);
      return amounts.map((amount, j) => amount - (sums[j] ?? 0) / (inverse[j]?.[j] ?? 1));
    };
  }
  const sumItems = (byUser: ArrayLike<number>) => {
    const sums = new Float64Array(count);
    baskets.forEach((basket, user) => {
      for (const item of basket) add(sums, item, byUser[user] ?? 0);
    });
    return sums;
  };
  const sumUsers = (amounts: Float64Array) =>
    Float64Array.from(baskets, (basket) => basket.reduce((sum, item) => sum + (amounts[item] ?? 0), 0));
  const common = baskets.map((basket) => {
    const has = new Float64Array(count);
    for (const item of basket) has[item] = 1;
    return sumUsers(has);
  });
  const inverse = invert(common, lambda);
  const diagonal = new Float64Array(count).fill(1);
  baskets.forEach((basket, user) => {
    const sums = sumItems(inverse[user] ?? []);
    for (const item of basket) add(diagonal, item, -(sums[item] ?? 0));
  });
  return (amounts) => {
    const sums = sumItems(multiplyRows(inverse, sumUsers(amounts)));
    return amounts.map((amount, j) => amount - (amount - (sums[j] ?? 0)) / (diagonal[j] ?? 1));
  };
}

function add(sums: Float64Array | undefined, at: number, amount: number): void {
  if (sums) sums[at] = (sums[at] ?? 0) + amount;
}

function multiplyRows(rows: readonly Float64Array[], amounts: Float64Array): Float64Array {
  const sums = new Float64Array(amounts.length);
  amounts.forEach((amount, k) => {
    const row = rows[k];
    if (amount === 0 || row === undefined) return;
    for (let j = 0; j < row.length; j++) sums[j] = (sums[j] ?? 0) + amount * (row[j] ?? 0);
  });
  return sums;
}

/** Inverts a symmetric matrix + λI by Gauss and Jordan, in place. */
function invert(matrix: Float64Array[], lambda: number): Float64Array[] {
  for (const [k, row] of matrix.entries()) add(row, k, lambda);
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
