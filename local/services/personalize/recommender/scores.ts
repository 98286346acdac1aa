import { computeFeatures, halfLives, historyLimit } from "./features";
import type { BlendInside } from "./trained";

/** One request is answered at a time, so that the features of all need room only once per model. */
const rooms = new WeakMap<BlendInside, Float64Array>();

/**
 * Utility of every item after a history of item indices, oldest first. Without a history it is log(1 + users of the item):
 * the blend's own weight of popularity may be about 0 when the other features explain it.
 */
export function utilities(inside: BlendInside, history: readonly number[] | Int32Array): Float64Array {
  const { counts } = inside.items;
  if (history.length === 0) return counts.map((count) => Math.log(1 + count));
  const items = counts.length;
  const room = rooms.get(inside) ?? new Float64Array(inside.weights.length * items);
  rooms.set(inside, room);
  computeFeatures(inside.items, history.slice(-historyLimit), halfLives(inside.recency), room);
  const result = new Float64Array(items);
  inside.weights.forEach((weight, k) => {
    if (weight === 0) return;
    for (let j = 0; j < items; j++) result[j] = (result[j] ?? 0) + weight * (room[k * items + j] ?? 0);
  });
  return result;
}

/** Shares that sum to 1. */
export function softmax(values: Float64Array): Float64Array {
  const top = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const shares = values.map((value) => Math.exp(value - top));
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}
