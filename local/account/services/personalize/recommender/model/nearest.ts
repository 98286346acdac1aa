import { selectBest } from "../data/top";
import { createSums, type Evidence, type Sums, takeSums } from "./evidence";
import { countPairs, type Histories, mostUsers, sequencePairs } from "./histories";

/** The items that are nearest to each item. */
export interface Nearest {
  /** Item i has those from `start[i]` to `start[i + 1]`, the nearest first. */
  readonly start: Int32Array;
  readonly items: Int32Array;
  readonly nearness: Float32Array;
}

const mostNearest = 64;
/**
 * Added to the divisor, as if the items had more users: with few users in common they are less near
 * than the cosine says.
 */
const shrinkage = 10;

/**
 * Finds the nearest items of each item, by the cosine of the users of both: the pairs, divided by
 * the root of the product of both items' users (Sarwar, Karypis, Konstan, Riedl 2001; the nearest
 * only: Deshpande, Karypis 2004).
 */
export function findNearest(histories: Histories): Nearest {
  const { counts } = histories;
  const roots = counts.map(Math.sqrt);
  const sums = createSums(counts.length);
  const start = new Int32Array(counts.length + 1);
  const items = new Int32Array(counts.length * mostNearest);
  const nearness = new Float32Array(items.length);
  let end = 0;
  counts.forEach((count, item) => {
    const { items: others, amounts: near } = countPairs(histories, item, sequencePairs, sums);
    const root = roots[item] ?? 0;
    for (let k = 0; k < near.length; k++) near[k] = (near[k] ?? 0) / (root * (roots[others[k] ?? 0] ?? 0) + shrinkage);
    // Of a popular item only the newest users are looked at.
    const scale = Math.max(1, count / mostUsers);
    for (const k of selectBest(near, mostNearest)) {
      items[end] = others[k] ?? 0;
      nearness[end++] = (near[k] ?? 0) * scale;
    }
    start[item + 1] = end;
  });
  return { start, items: items.slice(0, end), nearness: nearness.slice(0, end) };
}

/**
 * Finds the items near those of a history, each with the sum of its nearness to them. The history's
 * own items are left out: how people return to items is another question.
 */
export function findNear({ start, items, nearness }: Nearest, own: Evidence, sums: Sums): Evidence {
  const { values, met } = sums;
  let count = 0;
  // A sum that is not a number stays so: no own item is met.
  for (const item of own.items) values[item] = Number.NaN;
  own.items.forEach((item, position) => {
    const amount = own.amounts[position] ?? 0;
    for (let at = start[item] ?? 0; at < (start[item + 1] ?? 0); at++) {
      const other = items[at] ?? 0;
      if (values[other] === 0) met[count++] = other;
      values[other] = (values[other] ?? 0) + amount * (nearness[at] ?? 0);
    }
  });
  for (const item of own.items) values[item] = 0;
  return takeSums(sums, count);
}
