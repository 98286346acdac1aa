/**
 * The axis of the values: from 0 for counts, or around the values where 0 would leave a flat line
 * far away from it. Levels, such as a threshold, are in it only where they are near the values.
 */
export function rangeOf(values: readonly number[], levels: readonly number[] = []): [least: number, most: number] {
  const known = values.length > 0 ? values : levels;
  if (known.length === 0) return [0, 1];
  let least = Math.min(...known);
  let most = Math.max(...known);
  const reach = 2 * Math.max(most - least, 0.05 * Math.max(Math.abs(least), Math.abs(most)));
  const near = levels.filter((level) => level >= least - reach && level <= most + reach);
  [least, most] = [Math.min(least, ...near), Math.max(most, ...near)];
  const areCounts = known.every(Number.isInteger);
  if (least >= 0 && (areCounts || most - least >= 0.3 * most)) return [0, most === 0 ? 1 : 1.1 * most];
  const margin = Math.max(0.1 * (most - least), 0.01 * Math.max(Math.abs(least), Math.abs(most)));
  return [least - margin, most + margin];
}
