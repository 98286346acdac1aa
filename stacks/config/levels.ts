// The depth of values: readers call themselves for each level, so that a value of thousands of
// levels would end them. No value of this program has more than five.

export const mostLevels = 100;

export const tooDeep = `has more than ${mostLevels} levels, one inside of the other`;

/**
 * Finds a part that has too many others around it, level by level; undefined if there is none.
 */
export function findTooDeep<Part>(top: Part, partsOf: (part: Part) => readonly Part[]): Part | undefined {
  let level: readonly Part[] = [top];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostLevels) return level[0];
    level = level.flatMap((part) => [...partsOf(part)]);
  }
  return undefined;
}

/** Says whether a value of JSON has too many levels. */
export const isTooDeep = (value: unknown): boolean =>
  findTooDeep(value, (part) => (typeof part === "object" && part !== null ? Object.values(part) : [])) !== undefined;
