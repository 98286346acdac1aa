import type { Domain } from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { type FieldOf, interactionFields, itemFields, minute, writeSchema } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

// Guide, "ECOMMERCE datasets and schemas" and "VIDEO_ON_DEMAND datasets and schemas": required
// fields and reserved keywords of each domain.

const on = await openStage();

const text = (name: string): FieldOf => ({ name, type: "string" });
const categorical = (name: string): FieldOf => ({ name, type: ["string"], categorical: true });
const events = [text("USER_ID"), text("ITEM_ID"), text("EVENT_TYPE"), { name: "TIMESTAMP", type: "long" }];
const products = [text("ITEM_ID"), { name: "PRICE", type: "float" }, categorical("CATEGORY_L1")];
const videos = [text("ITEM_ID"), categorical("GENRES"), { name: "CREATION_TIMESTAMP", type: "long" }];

const createSchema = async (name: string, fields: readonly FieldOf[], domain?: Domain) =>
  on.personalize.createSchema({ name: on.fresh("schema"), domain, schema: writeSchema(name, fields) });
const createGroup = async (domain?: Domain) => {
  const { datasetGroupArn = "" } = await on.personalize.createDatasetGroup({ name: on.fresh("group"), domain });
  await on.account.clock.advance(minute);
  return datasetGroupArn;
};

test("a dataset group and a schema are described and listed with their domain", async () => {
  const datasetGroupArn = await createGroup("ECOMMERCE");
  const { schemaArn } = await createSchema("Items", products, "ECOMMERCE");
  const { datasetGroup } = await on.personalize.describeDatasetGroup({ datasetGroupArn });
  const { schema } = await on.personalize.describeSchema({ schemaArn });
  expect([datasetGroup?.domain, schema?.domain]).toEqual(["ECOMMERCE", "ECOMMERCE"]);
  const { datasetGroups } = await on.personalize.listDatasetGroups();
  const { schemas } = await on.personalize.listSchemas();
  expect(datasetGroups?.find((group) => group.datasetGroupArn === datasetGroupArn)?.domain).toBe("ECOMMERCE");
  expect(schemas?.find((one) => one.schemaArn === schemaArn)?.domain).toBe("ECOMMERCE");
});

describe("a schema", () => {
  test.each([
    ["ECOMMERCE", "Interactions", events],
    ["VIDEO_ON_DEMAND", "Interactions", events],
    ["ECOMMERCE", "Items", products],
    ["VIDEO_ON_DEMAND", "Items", videos],
    ["ECOMMERCE", "Users", [text("USER_ID"), categorical("MEMBERSHIP_STATUS")]],
    ["VIDEO_ON_DEMAND", "Users", [text("USER_ID"), categorical("SUBSCRIPTION_MODEL")]],
  ] as const)("of %s has the guide's default fields of %s", async (domain, name, fields) => {
    expect((await createSchema(name, fields, domain)).schemaArn).toMatch(/:schema\//);
  });

  test.each([
    ["ECOMMERCE", "Interactions", events.filter(({ name }) => name !== "EVENT_TYPE"), "EVENT_TYPE are missing"],
    ["ECOMMERCE", "Items", products.slice(0, 1), "the required fields PRICE, CATEGORY_L1 are missing"],
    ["VIDEO_ON_DEMAND", "Items", products, "the required fields CREATION_TIMESTAMP, GENRES are missing"],
    ["ECOMMERCE", "Items", [...products.slice(0, 2), text("CATEGORY_L1")], "CATEGORY_L1 must be categorical"],
    ["ECOMMERCE", "Items", [...products, text("GENDER")], "GENDER is reserved and must be categorical"],
    ["VIDEO_ON_DEMAND", "Items", [...videos, text("PRODUCT_DESCRIPTION")], "is reserved and must be textual"],
    ["VIDEO_ON_DEMAND", "Items", [...videos, text("DURATION")], 'DURATION is reserved and must have the type "float"'],
  ] as const)("of %s and %s is refused without a field, or with one of another form: %#", async (...given) => {
    const [domain, name, fields, reason] = given;
    await expect(createSchema(name, fields, domain)).rejects.toThrow(reason);
  });

  test("of a custom group has these names for its own purposes", async () => {
    expect((await createSchema("Items", [text("ITEM_ID"), text("GENDER")])).schemaArn).toMatch(/:schema\//);
  });
});

test("a dataset has a schema of its group's domain", async () => {
  const create = async (group: Domain | undefined, schema: Domain | undefined) => {
    const { schemaArn } = await createSchema("Interactions", schema ? events : interactionFields, schema);
    const datasetGroupArn = await createGroup(group);
    const request = { name: on.fresh("dataset"), datasetType: "Interactions", datasetGroupArn, schemaArn };
    return on.personalize.createDataset(request).finally(() => on.personalize.deleteDatasetGroup({ datasetGroupArn }));
  };
  await expect(create("ECOMMERCE", undefined)).rejects.toThrow("has no domain");
  await expect(create(undefined, "VIDEO_ON_DEMAND")).rejects.toThrow("has the domain VIDEO_ON_DEMAND");
});

test("columns of a custom group are no domain's", async () => {
  await expect(createSchema("Items", itemFields, "ECOMMERCE")).rejects.toThrow("PRICE, CATEGORY_L1 are missing");
});
