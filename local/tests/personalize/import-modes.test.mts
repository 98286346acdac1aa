import type { ImportMode } from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { interactionFields, itemFields, start, writeViews } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

// The rows of a dataset after imports of either mode, read with an export.

const on = await openStage();

const dataset = async (type: "Interactions" | "Items") =>
  on.dataset(await on.group(), type, type === "Items" ? itemFields : interactionFields);
const load = async (datasetArn: string, csv: string, importMode: ImportMode) =>
  (await on.load(datasetArn, csv, { importMode }))?.status;
const pets = (...rows: string[]) => ["ITEM_ID,SPECIES,STATUS,AGE,CREATION_TIMESTAMP", ...rows].join("\n");

test("of interactions FULL replaces all, INCREMENTAL appends", async () => {
  const interactions = await dataset("Interactions");
  const [first, second, third] = [0, 1, 2].map((day) => writeViews(start / 1000 - 86_400 * (10 - day)));
  expect(await load(interactions, first ?? "", "FULL")).toBe("ACTIVE");
  expect(await load(interactions, second ?? "", "FULL")).toBe("ACTIVE");
  expect(await load(interactions, third ?? "", "INCREMENTAL")).toBe("ACTIVE");
  const expected = [second, third].flatMap((csv) => csv?.split("\n").slice(1) ?? []);
  expect((await on.rows(interactions)).sort()).toEqual(expected.sort());
});

describe("items", () => {
  test("FULL replaces all", async () => {
    const items = await dataset("Items");
    await load(items, pets("cat-1,cat,,1,", "cat-2,cat,,2,"), "FULL");
    await load(items, pets("dog-1,dog,,3,"), "FULL");
    expect(await on.rows(items)).toEqual(["dog-1,dog,,3,"]);
  });

  test("INCREMENTAL replaces the records that it has, whole, and keeps the others", async () => {
    const items = await dataset("Items");
    await load(items, pets("cat-1,cat,free,1,", "cat-2,cat,free,2,"), "FULL");
    await load(items, pets("cat-2,cat,,9,", "dog-1,dog,,3,"), "INCREMENTAL");
    expect((await on.rows(items)).sort()).toEqual(["cat-1,cat,free,1,", "cat-2,cat,,9,", "dog-1,dog,,3,"]);
  });

  test("streamed ones outlive a FULL import", async () => {
    const items = await dataset("Items");
    await load(items, pets("cat-1,cat,,1,"), "FULL");
    await on.events.putItems({ datasetArn: items, items: [{ itemId: "owl", properties: '{"species":"bird"}' }] });
    await load(items, pets("dog-1,dog,,3,"), "FULL");
    expect((await on.rows(items)).sort()).toEqual(["dog-1,dog,,3,", "owl,bird,,,"]);
  });
});

test("an import that fails leaves the dataset as it was", async () => {
  const items = await dataset("Items");
  await load(items, pets("cat-1,cat,,1,"), "FULL");
  for (const mode of ["FULL", "INCREMENTAL"] as const) {
    expect(await load(items, pets("dog-1,dog,,3,", "dog-2,dog,,young,"), mode)).toBe("CREATE FAILED");
    expect(await on.rows(items)).toEqual(["cat-1,cat,,1,"]);
  }
});
