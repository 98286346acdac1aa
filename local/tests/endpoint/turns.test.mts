import fc from "fast-check";
import { expect, test } from "vitest";
import { sortInTurns, takeTurns } from "../../account/host/turns.ts";

const compare = (a: number, b: number) => a - b;

test("sorting in turns is sorting", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 35_000 }), fc.integer(), async (count, seed) => {
      const items = Array.from({ length: count }, (_, i) => (Math.imul(i + seed, 2_654_435_761) >>> 0) % 10_000);
      expect(await sortInTurns(items, compare)).toEqual([...items].sort(compare));
    }),
    { numRuns: 10 },
  );
});

test("equal items keep their order", async () => {
  const items = Array.from({ length: 25_000 }, (_, i) => [i % 7, i] as const);
  const sorted = await sortInTurns(items, ([a], [b]) => a - b);
  expect(sorted).toEqual([...items].sort(([a], [b]) => a - b));
});

test("long work lets other work run between its steps", async () => {
  let others = 0;
  const other = setInterval(() => others++, 0);
  const nextTurn = takeTurns();
  while (others < 3) await nextTurn();
  clearInterval(other);
  expect(others).toBe(3);
});
