import fc from "fast-check";
import { expect, test } from "vitest";
import { addUnranked, listGroups, rankByPopularity, rankPets } from "../../functions/serving/ranking.ts";

const pets = fc.array(fc.record({ itemId: fc.uuid(), group: fc.constantFrom("a", "b", "c", "d") }), { maxLength: 30 });
const ranking = fc.shuffledSubarray(["a", "b", "c", "d", "e"]);

test("no pet disappears, for any ranking of the service", () => {
  fc.assert(
    fc.property(pets, ranking, (all, ranked) => {
      const order = rankPets(all, addUnranked(ranked, listGroups(all)));
      expect([...order].sort()).toEqual(all.map(({ itemId }) => itemId).sort());
    }),
  );
});

test("by popularity: known groups first, the others behind in their own order", () => {
  expect(rankByPopularity(["x", "b", "y", "a"], ["a", "b", "c"])).toEqual(["a", "b", "x", "y"]);
});
