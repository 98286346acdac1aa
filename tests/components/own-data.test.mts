import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { record, waitForRegistrations } from "../support/record.ts";
import { createFiles } from "../support/temporary-folder.mts";

const recorder = record();
const { Foundation } = await import("../../components/platform/foundation.ts");
const { DataStore } = await import("../../components/ingestion/data-store.ts");
const { readData } = await import("../../seed/import-files/read-data.ts");
const { findAvailabilityFilter } = await import("../../components/models/availability.ts");
const { RecommendationModels } = await import("../../components/models/recommendation-models.ts");

const { file } = createFiles();

const interactionsSchemaFile = "seed/interactions.schema.json";
const foundation = new Foundation("base", { logRetentionDays: 30, deletionProtection: false, tags: {} });

const model = {
  name: "recommendation",
  recipe: "aws-user-personalization" as const,
  hyperParameters: {},
  minProvisionedTPS: 1,
};

let stores = 0;
const store = (interactionsFile: string, items: { itemsFile?: string; itemsSchemaFile?: string } = {}) => {
  const name = `data-${++stores}`;
  const read = readData({ interactionsFile, interactionsSchemaFile, ...items });
  return { name, data: new DataStore(name, { foundation, data: read }) };
};
const fieldsOf = (schema: string) => JSON.parse(schema).fields.map(({ name }: { name: string }) => name);
const views = file("views.csv", "USER_ID,ITEM_ID,TIMESTAMP", "ann,pan,9", "bob,pan,5", "bob,cup,7");
const products = file("products.csv", "ITEM_ID,BRAND,PRICE", "pan,a,9.50", "cup,a,3.20", "pot,a,5");

const rows = Array.from({ length: 1_000 }, (_, index) => `u${index % 100},pan,${1_717_200_000 + index}`);
const manyViews = file("many-views.csv", "USER_ID,ITEM_ID,TIMESTAMP", ...rows);

describe("the items", () => {
  test("have the pets' schema when the file has the pets' columns", () => {
    const pets = file(
      "pets.csv",
      "ITEM_ID,ANIMAL_TYPE,ANIMAL_AGE,ANIMAL_SIZE,ANIMAL_BREED,ITEM_VALUE,CREATION_TIMESTAMP",
      "pan,2,1,1,Pug,0.1,5",
    );
    expect(store(views, { itemsFile: pets }).data.items.schema).toBe(readFileSync("seed/items.schema.json", "utf8"));
  });

  test("without a file are those of the interactions, with their number and the first time", async () => {
    const { name, data } = store(views);
    await waitForRegistrations();
    const { source } = recorder.one("aws:s3/bucketObjectv2:BucketObjectv2", `${name}-items-csv`).inputs;
    const path = await (source as pulumi.asset.FileAsset).path;
    expect(readFileSync(path, "utf8")).toBe("ITEM_ID,INTERACTIONS,CREATION_TIMESTAMP\npan,2,5\ncup,1,7\n");
    expect(fieldsOf(data.items.schema)).toEqual(["ITEM_ID", "INTERACTIONS", "CREATION_TIMESTAMP"]);
  });

  test("that the file marks as unavailable are not in the first list of popular ones, as the campaigns leave them out", async () => {
    const itemsFile = file("sold.csv", "BRAND,STATUS,ITEM_ID", "a,unavailable,pan", "a,Unavailable,cup", "a,,pot");
    const { name } = store(views, { itemsFile });
    await waitForRegistrations();
    const list = recorder.one("aws:s3/bucketObjectv2:BucketObjectv2", `${name}-popular`).inputs.content;
    expect(list).toBe('{"items":["cup"]}');
  });

  test("without a file are the project's pets when the interactions are with them", () => {
    const seen = file("pet-views.csv", "USER_ID,ITEM_ID,TIMESTAMP", "ann,2-Beagle-2-3,5");
    expect(fieldsOf(store(seen).data.items.schema)).toContain("ANIMAL_BREED");
  });
});

describe("a wrong file is refused before anything is created, with its path and its key:", () => {
  const schema = file(
    "items.schema.json",
    '{"name": "Items", "fields": [{"name": "ITEM_ID", "type": "string"}, {"name": "COLOUR", "type": "string"}]}',
  );
  test.each([
    [
      "interactions with other columns",
      () => store(file("ratings.csv", "userId,movieId,rating,timestamp", "1,2,5,3")),
      /^recommender:interactionsFile: .*ratings\.csv has no USER_ID, no ITEM_ID\. Its columns: userId, movieId, rating, timestamp\.\n {2}Interactions need USER_ID, ITEM_ID and TIMESTAMP .*docs\/own-data\.md/,
    ],
    [
      "a column name that no schema can have",
      () => store(views, { itemsFile: file("names.csv", "ITEM_ID,Unit Price", "pan,5") }),
      /^recommender:itemsFile: .*names\.csv has a column "UNIT PRICE"/,
    ],
    [
      "items with nothing but their id and time",
      () => store(views, { itemsFile: file("times.csv", "ITEM_ID,CREATION_TIMESTAMP", "pan,5") }),
      /times\.csv has no column but ITEM_ID and CREATION_TIMESTAMP;/,
    ],
    [
      "items without a column of the given schema",
      () => store(views, { itemsFile: products, itemsSchemaFile: schema }),
      /^recommender:itemsFile: .*products\.csv has no COLOUR, which .*items\.schema\.json \(recommender:itemsSchemaFile\) requires\. Its columns: ITEM_ID, BRAND, PRICE\./,
    ],
    [
      "a schema without items",
      () => store(views, { itemsSchemaFile: schema }),
      /^recommender:itemsSchemaFile: there is no items file that .*items\.schema\.json describes\.\n {2}Set recommender:itemsFile to the path of the right file\./,
    ],
  ])("%s", (_what, create, message) => {
    expect(create).toThrow(message);
  });
});

test("a column in lower case is the file's in each case, in the import, the catalogue and the filter", async () => {
  const fields = [
    { name: "ITEM_ID", type: "string" },
    { name: "status", type: ["null", "string"] },
    { name: "Price", type: ["null", "float"] },
  ];
  const itemsSchemaFile = file("lower.schema.json", `\ufeff${JSON.stringify({ name: "Items", fields })}`);
  const itemsFile = file("lower.csv", "\ufeffPRICE,Status,colour,item_ID", "9.50,unavailable,red,pan", ",,blue,cup");
  const { name, data } = store(manyViews, { itemsFile, itemsSchemaFile });
  const config = {
    filters: {},
    asleep: false,
    popularityBaseline: false,
    metricAttribution: false,
    trainingTimeoutHours: 1,
  };
  new RecommendationModels(`${name}-models`, { foundation, data, config, models: [model] });
  await waitForRegistrations();
  const uploaded = async (object: string) => {
    const { source } = recorder.one("aws:s3/bucketObjectv2:BucketObjectv2", object).inputs;
    return readFileSync(await (source as pulumi.asset.FileAsset).path, "utf8");
  };
  expect(await uploaded(`${name}-items-csv`)).toBe("ITEM_ID,status,Price\npan,unavailable,9.50\ncup,,\n");
  expect((await uploaded(`${name}-catalogue`)).split("\n").slice(0, 2)).toEqual([
    '{"id":"pan","columns":{"status":"unavailable","Price":9.5}}',
    '{"id":"cup","columns":{}}',
  ]);
  const filters = recorder.of("pulumi-nodejs:dynamic/personalize:Filter").map(({ inputs }) => inputs.filterExpression);
  expect(filters).toContain('EXCLUDE ItemID WHERE Items.status IN ("unavailable")');
});

describe("filters", () => {
  const models = (filters: Record<string, string>) => {
    const { name, data } = store(manyViews, { itemsFile: products });
    const config = {
      filters,
      asleep: false,
      popularityBaseline: false,
      metricAttribution: false,
      trainingTimeoutHours: 1,
    };
    return new RecommendationModels(`${name}-models`, { foundation, data, config, models: [model] });
  };

  test("stay as they are, and there is no other one, where the items have no availability", () => {
    const made = models({ cheaper: "INCLUDE ItemID WHERE Items.PRICE < $PRICE" });
    expect(made.availabilityFilterArn).toBeUndefined();
    expect(Object.keys(made.filterArns)).toEqual(["cheaper"]);
  });

  test.each([
    ["STATUS", ["null", "string"], 'EXCLUDE ItemID WHERE Items.STATUS IN ("unavailable")'],
    ["Status", "string", 'EXCLUDE ItemID WHERE Items.Status IN ("unavailable")'],
    ["STATUS", "int", undefined],
  ])("leave out unavailable items by the schema's column %s of the type %j: %s", (name, type, filter) => {
    expect(findAvailabilityFilter(JSON.stringify({ fields: [{ name, type }] }))).toBe(filter);
  });
});
