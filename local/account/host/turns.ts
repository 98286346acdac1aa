import { setImmediate } from "node:timers/promises";

/** Milliseconds for which a piece of work runs before other requests get their turn. */
const longestTurn = 10;

/**
 * Divides long work: `await` the result between its steps. Most work is shorter than a turn, and then nothing waits.
 */
export function takeTurns(): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    if (performance.now() - began < longestTurn) return undefined;
    return setImmediate().then(() => {
      began = performance.now();
    });
  };
}

/** In items: what is sorted at once. */
const longestRun = 10_000;

/** A sorted copy, for lists of which sorting takes longer than a turn. */
export async function sortInTurns<T>(items: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
  const nextTurn = takeTurns();
  let runs: T[][] = [];
  for (let from = 0; from < items.length; from += longestRun) {
    runs.push(items.slice(from, from + longestRun).sort(compare));
    await nextTurn();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(await mergeInTurns(runs[i] ?? [], runs[i + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergeInTurns<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
  const nextTurn = takeTurns();
  const merged: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const [a, b] = [left[l] as T, right[r] as T];
    if (compare(a, b) <= 0) {
      merged.push(a);
      l++;
    } else {
      merged.push(b);
      r++;
    }
    if (merged.length % longestRun === 0) await nextTurn();
  }
  for (; l < left.length; l++) merged.push(left[l] as T);
  for (; r < right.length; r++) merged.push(right[r] as T);
  return merged;
}
