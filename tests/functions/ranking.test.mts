import fc from "fast-check";
import { expect, test } from "vitest";
import { addUnranked, listGroups, rankPets } from "../../functions/serving/ranking.ts";

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
