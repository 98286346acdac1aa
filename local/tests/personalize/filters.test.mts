import { expect, test } from "vitest";
import { interactionFields, minute } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

// The rules for filters in a group; the language itself is tested in filter-language.test.mts, its
// effect with the runtime.

/** A group whose items have 30 columns, C1 to C30. */
const on = await openStage();
const groupArn = await on.group();
const columns = Array.from({ length: 30 }, (_, i) => ({ name: `C${i + 1}`, type: "int" }));
await on.dataset(groupArn, "Items", [{ name: "ITEM_ID", type: "string" }, ...columns]);

const over = (from: number, to: number) => {
  const conditions = Array.from({ length: to - from + 1 }, (_, i) => `Items.C${from + i} > 0`);
  return `INCLUDE ItemID WHERE ${conditions.join(" AND ")}`;
};

test("a filter uses ten different fields at most, and the filters of a group twenty", async () => {
  await expect(on.filter(groupArn, over(1, 11))).rejects.toMatchObject({
    name: "LimitExceededException",
    message: "The filter uses 11 different fields; the quota is 10.",
  });
  const first = await on.filter(groupArn, over(1, 10));
  await on.filter(groupArn, over(11, 20));
  await on.filter(groupArn, over(5, 14));
  await expect(on.filter(groupArn, over(20, 21))).rejects.toMatchObject({
    name: "LimitExceededException",
    message: `The filters of ${groupArn} use 21 different fields; the quota is 20.`,
  });
  await on.personalize.deleteFilter({ filterArn: first });
  await on.account.clock.advance(minute);
  await on.filter(groupArn, over(20, 21));
});

test("a filter on a dataset that the group does not have is refused, with the place", async () => {
  const own = await on.group();
  const adopted = () => on.filter(own, 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Adopt")');
  await expect(adopted()).rejects.toMatchObject({
    name: "InvalidInputException",
    message: expect.stringContaining("the dataset group has no Interactions dataset"),
  });
  await on.dataset(own, "Interactions", interactionFields);
  expect(await adopted()).toMatch(/:filter\//);
});
