// What a configuration asks of its files, and what these do not have, is refused in a preview.
import { expect, test } from "vitest";
import { readStack } from "../../stacks/config/read-stack.ts";
import { createFiles } from "../support/temporary-folder.mts";

const { file } = createFiles();
const rows = Array.from({ length: 1_000 }, (_, index) => `u${index % 100},pan,${1_717_200_000 + index}`);
const manyViews = file("many-views.csv", "USER_ID,ITEM_ID,TIMESTAMP", ...rows);
const views = file("views.csv", "USER_ID,ITEM_ID,TIMESTAMP", "ann,pan,9", "bob,pan,5");
const itemsFile = file("products.csv", "ITEM_ID,BRAND,PRICE", "pan,a,9.50", "pot,a,5");

const read = (settings: object, interactionsFile = manyViews) =>
  readStack({ project: "recommender", stack: "dev", settings: { interactionsFile, itemsFile, ...settings } });

test("columns that the items have are accepted", () => {
  const filters = { cheap: "INCLUDE ItemID WHERE Items.PRICE < $PRICE" };
  const placements = { cards: { model: "recommendation", columns: ["BRAND"] } };
  expect(() => read({ filters, placements })).not.toThrow();
});

test("other columns, and too few interactions, are refused together, with the file that they are compared with", () => {
  const filters = { species: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES)" };
  const placements = { cards: { model: "recommendation", columns: ["ITEM_ID", "COLOUR"] } };
  const lines = [
    String.raw`interactionsFile: .*views\.csv has 2 different interactions \(a training needs 1,000\), and 0 users`,
    String.raw`filters\.species: Items\.ANIMAL_TYPE: the items have no such column\. They have ITEM_ID, BRAND, PRICE\. .*products\.csv`,
    String.raw`placements\.cards\.columns: the items have no column ITEM_ID\. Those of .*products\.csv have BRAND, PRICE`,
    String.raw`placements\.cards\.columns: the items have no column COLOUR`,
  ].map((line) => ` {2}recommender:${line}`);
  expect(() => read({ filters, placements }, views)).toThrow(new RegExp(lines.join(String.raw`.*\n`)));
});

test("event types, given and imported ones alike, fit the service's quota together with the schema's optional columns", () => {
  const eventTypes = ["A", "B", "C", "D", "E", "F"];
  expect(() => read({ eventTypes: eventTypes.slice(1) })).not.toThrow();
  expect(() => read({ eventTypes }, views)).toThrow(
    /interactionsFile: .*a training needs 1,000.*\n {2}recommender:eventTypes: there are 7 event types \(configuration and interactionsFile\) and 4 optional columns of the Interactions schema, 11 in total\. Personalize allows 10\. Remove event types or columns/,
  );
});

test("what asks for types of events is refused where the Interactions schema has no such column", () => {
  const field = (name: string, type = "string") => ({ name, type });
  const fields = [field("USER_ID"), field("ITEM_ID"), field("TIMESTAMP", "long")];
  const schema = {
    type: "record",
    name: "Interactions",
    namespace: "com.amazonaws.personalize.schema",
    version: "1.0",
    fields,
  };
  const interactionsSchemaFile = file("untyped.schema.json", JSON.stringify(schema));
  const asking = {
    interactionsSchemaFile,
    recommendationRecipe: "aws-user-personalization-v2",
    eventWeights: { DetailView: 1 },
    metricAttribution: "true",
    filters: { seen: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("DetailView")' },
    placements: { next: { recipe: "aws-user-personalization-v2", eventWeights: { DetailView: 1 } } },
  };
  const lines = [
    "filters.seen: Interactions.EVENT_TYPE: the interactions have no such column. They have USER_ID, ITEM_ID, TIMESTAMP.",
    ...["metricAttribution", "eventWeights", "placements.next.eventWeights"].map((key) => `${key}: needs the column`),
  ];
  for (const line of lines) expect(() => read(asking)).toThrow(`  recommender:${line}`);
  expect(() => read({ interactionsSchemaFile })).not.toThrow();
  const { interactionsSchemaFile: _own, ...typed } = asking;
  expect(() => read(typed)).not.toThrow();
});

test("texts in filters that are probably misspelt are warned of", () => {
  const items = file("stock.csv", "ITEM_ID,STATUS,TAGS", "pan,in stock,a|Garden", "pot,sold,b");
  const filters = {
    stock: 'INCLUDE ItemID WHERE Items.STATUS IN ("In Stock", "sold", "ordered")',
    tags: 'EXCLUDE ItemID WHERE Items.TAGS IN ("garden") | EXCLUDE ItemID WHERE Items.TAGS IN ("Garden", $TAG)',
    seen: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("detailview", "DetialView", "Swim", "*")',
  };
  const { data } = read({ itemsFile: items, filters, eventTypes: ["DetailView"] });
  expect(data.warnings.filter((warning) => warning.startsWith("recommender:filters"))).toEqual([
    `recommender:filters.stock: no row of ${items} has STATUS "In Stock"; did you mean "in stock"?`,
    `recommender:filters.tags: no row of ${items} has TAGS "garden"; did you mean "Garden"?`,
    'recommender:filters.seen: no event type of this stack is "DetialView"; did you mean "DetailView"?',
    'recommender:filters.seen: no event type of this stack is "Swim"',
  ]);
});
