import { expect, test } from "vitest";
import { items, kinds, type Name, names } from "./every-kind.mts";
import { common, UNKNOWN } from "./scripted.mts";

const interactions = {
  ...items,
  name: "Interactions",
  fields: [
    { name: "USER_ID", type: "string" },
    { name: "ITEM_ID", type: "string" },
    { name: "TIMESTAMP", type: "long" },
  ],
};
async function failures(name: Name, change: object, olds: object = {}) {
  const [provider, inputs] = kinds[name];
  const news = { ...inputs, ...change };
  const result = await provider.check(olds as never, news as never);
  expect(result.inputs).toBe(news);
  return result.failures;
}

test.each(names)("%s: good inputs pass as they are", async (name) => {
  expect(await failures(name, {})).toEqual([]);
});

test.each(names)("%s: values that are not known yet pass", async (name) => {
  const unknown = Object.fromEntries(Object.keys(kinds[name][1]).map((key) => [key, UNKNOWN]));

  expect(await failures(name, unknown)).toEqual([]);
});

test.each<[Name, object, string]>([
  ["schema", { schema: "{" }, "schema"],
  ["solution", { recipeArn: "arn:aws:personalize:::recipe/aws-user-personalisation" }, "recipeArn"],
  ["filter", { filterExpression: "INCLUDE ItemID" }, "filterExpression"],
])("%s: what neither a type nor the configuration checks is refused: %j", async (name, change, property) => {
  expect((await failures(name, change)).map((failure) => failure.property)).toEqual([property]);
});

test("a schema that the dataset could not take over is refused in preview", async () => {
  const olds = { ...common, schema: JSON.stringify(interactions) };
  const wider = { ...interactions, fields: [...interactions.fields, { name: "EVENT_TYPE", type: "string" }] };

  expect(await failures("schema", { schema: JSON.stringify(wider) }, olds)).toEqual([
    { property: "schema", reason: expect.stringContaining("never replaces the schema of an Interactions dataset") },
  ]);
  expect(await failures("schema", { schema: JSON.stringify(interactions, null, 2) }, olds)).toEqual([]);
});
