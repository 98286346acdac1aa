import fc from "fast-check";

type Row = Readonly<Record<string, unknown>>;
/** A value of one factor. */
type Setting = readonly [factor: string, value: unknown];
type Pair = readonly [Setting, Setting];

/**
 * Lists rows with a value of each factor, so that every two values that can stand together are
 * together in one row: greedily, as in Cohen et al., "The AETG System" (1997). `isPossible` also
 * takes incomplete rows, and refuses one only if no further value could make it possible. (The
 * package covertable 2.5.2 loses pairs when it gets such a rule.)
 */
export function coverPairs(
  factors: Readonly<Record<string, readonly unknown[]>>,
  isPossible: (row: Row) => boolean,
  seed: number,
): Row[] {
  const all = Object.entries(factors).flatMap(([factor, values]) => values.map((value): Setting => [factor, value]));
  const settings = shuffle(all, seed);
  const pairs = settings.flatMap((one, i) => settings.slice(i + 1).map((two): Pair => [one, two]));
  const open = new Map(pairs.filter(([[one], [two]]) => one !== two).map((pair) => [keyOf(...pair), pair]));
  const rows: Row[] = [];
  for (const [key, pair] of open) {
    open.delete(key);
    const start = Object.fromEntries(pair);
    if (isPossible(start)) rows.push(complete(start, settings, open, isPossible));
  }
  const lost = settings.find(([factor, value]) => !rows.some((row) => row[factor] === value));
  if (lost) throw new Error(`${lost.join(": ")} is in no possible row.`);
  return rows;
}

/** Adds a value of each factor that is left, always one that covers the most open pairs. */
function complete(
  start: Row,
  settings: readonly Setting[],
  open: Map<string, Pair>,
  isPossible: (row: Row) => boolean,
): Row {
  let row = start;
  for (const factor of new Set(settings.map(([name]) => name))) {
    if (Object.hasOwn(row, factor)) continue;
    const gainOf = (setting: Setting) => Object.entries(row).filter((other) => open.has(keyOf(setting, other))).length;
    const candidates = settings.filter(([name]) => name === factor).sort((a, b) => gainOf(b) - gainOf(a));
    const chosen = candidates.find(([, value]) => isPossible({ ...row, [factor]: value }));
    if (!chosen) throw new Error(`No value of ${factor} is possible in ${JSON.stringify(row)}.`);
    for (const other of Object.entries(row)) open.delete(keyOf(chosen, other));
    row = { ...row, [factor]: chosen[1] };
  }
  return row;
}

const keyOf = (...pair: Pair): string => JSON.stringify(pair.toSorted(([one], [two]) => (one < two ? -1 : 1)));

function shuffle<T>(values: readonly T[], seed: number): T[] {
  const arbitrary = fc.shuffledSubarray([...values], { minLength: values.length });
  return fc.sample(arbitrary, { seed, numRuns: 1 })[0] ?? [];
}
