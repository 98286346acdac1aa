import { computeFeatures, halfLives, historyLimit, logPopularity } from "./features";
import type { BlendInside } from "./trained";

/** One request is answered at a time, so that the features of all need room only once per model. */
const rooms = new WeakMap<BlendInside, Float64Array>();

/**
 * Utility of every item after a history of item indices, oldest first. Without a history it is log(1 + users of the item):
 * the blend's own weight of popularity may be about 0 when the other features explain it.
 */
export function utilities(inside: BlendInside, history: readonly number[] | Int32Array): Float64Array {
  const { counts } = inside.items;
  if (history.length === 0) return logPopularity(counts).slice();
  const items = counts.length;
  const room = rooms.get(inside) ?? new Float64Array(inside.weights.length * items);
  rooms.set(inside, room);
  computeFeatures(inside.items, history.slice(-historyLimit), halfLives(inside.recency), room);
  const result = new Float64Array(items);
  addWeighted(room, inside.weights, result);
  return result;
}

/**
 * result[j] += Σ_k weights[k] · room[k][j], in the order of k. Four features at a time, so that the sum is read and written
 * a quarter as often; features of weight 0 may hold anything.
 */
function addWeighted(room: Float64Array, weights: Float64Array, result: Float64Array): void {
  const items = result.length;
  const used = Array.from(weights.keys()).filter((k) => weights[k] !== 0);
  const rowAt = (at: number) => (used[at] ?? 0) * items;
  const weightAt = (at: number) => weights[used[at] ?? 0] ?? 0;
  let at = 0;
  for (; at + 4 <= used.length; at += 4) {
    const [a, b, c, d] = [rowAt(at), rowAt(at + 1), rowAt(at + 2), rowAt(at + 3)];
    const [wa, wb, wc, wd] = [weightAt(at), weightAt(at + 1), weightAt(at + 2), weightAt(at + 3)];
    for (let j = 0; j < items; j++) {
      const first = (result[j] ?? 0) + wa * (room[a + j] ?? 0) + wb * (room[b + j] ?? 0);
      result[j] = first + wc * (room[c + j] ?? 0) + wd * (room[d + j] ?? 0);
    }
  }
  for (; at < used.length; at++) {
    const row = rowAt(at);
    const weight = weightAt(at);
    for (let j = 0; j < items; j++) result[j] = (result[j] ?? 0) + weight * (room[row + j] ?? 0);
  }
}

/** Shares that sum to 1. */
export function softmax(values: Float64Array): Float64Array {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) top = Math.max(top, values[i] ?? 0);
  const shares = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const share = Math.exp((values[i] ?? 0) - top);
    shares[i] = share;
    sum += share;
  }
  for (let i = 0; i < values.length; i++) shares[i] = (shares[i] ?? 0) / sum;
  return shares;
}
