import { expect, test } from "vitest";
import { interactionFields, itemFields, minute, writeCatalogue, writeSchema } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

const on = await openStage();

const colour = { name: "COLOUR", type: ["null", "string"], categorical: true };

/** Asks for a new schema of these fields. */
async function replace(datasetArn: string, fields: Parameters<typeof writeSchema>[1], type = "Items"): Promise<void> {
  const { schemaArn } = await on.personalize.createSchema({
    name: on.fresh("next"),
    schema: writeSchema(type, fields),
  });
  await on.personalize.updateDataset({ datasetArn, schemaArn });
}

test("UpdateDataset adds nullable fields, and the old schema applies until the update is ACTIVE", async () => {
  const items = await on.dataset(await on.group(), "Items", itemFields);
  const describe = async () => (await on.personalize.describeDataset({ datasetArn: items })).dataset;
  const before = await describe();
  expect(before?.latestDatasetUpdate).toBeUndefined();
  await replace(items, [...itemFields, colour]);
  expect((await describe())?.schemaArn).toBe(before?.schemaArn);
  await on.account.clock.advance(minute);
  const after = await describe();
  expect(after?.schemaArn).not.toBe(before?.schemaArn);
  expect(after?.latestDatasetUpdate).toMatchObject({ status: "ACTIVE", schemaArn: after?.schemaArn });
});

test("UpdateDataset refuses a lost field, a strict new one, and Interactions", async () => {
  const groupArn = await on.group();
  const items = await on.dataset(groupArn, "Items", itemFields);
  const interactions = await on.dataset(groupArn, "Interactions", interactionFields);
  await expect(replace(items, itemFields.slice(0, 3))).rejects.toThrow("must keep the fields AGE, CREATION_TIMESTAMP");
  await expect(replace(items, [...itemFields, { name: "X", type: "int" }])).rejects.toThrow(
    "the new fields X must allow null",
  );
  await expect(replace(interactions, interactionFields, "Interactions")).rejects.toThrow("cannot be replaced");
});

test("a new column trains solutions created after it, not earlier ones", async () => {
  const { groupArn, items } = await on.filled();
  const before = await on.solution(groupArn, "aws-user-personalization");
  await replace(items, [...itemFields, colour]);
  await on.account.clock.advance(minute);
  const [header, ...rows] = writeCatalogue().split("\n");
  const coloured = [`${header},COLOUR`, ...rows.map((row, i) => `${row},${i % 2 ? "black" : "white"}`)];
  expect(await on.load(items, coloured.join("\n"))).toMatchObject({ status: "ACTIVE" });
  const after = await on.solution(groupArn, "aws-user-personalization");
  expect(await columnsIn(before)).toEqual(["SPECIES"]);
  expect(await columnsIn(after)).toEqual(["COLOUR", "SPECIES"]);
});

/** The item columns that a solution's next version weighs: those with more than one value. */
async function columnsIn(solutionArn: string): Promise<string[]> {
  const { arn } = await on.version(solutionArn);
  const weighed = Object.keys(on.report(arn));
  return [...new Set(weighed.flatMap((name) => /^values\/(\w+)$/.exec(name)?.[1] ?? []))];
}
