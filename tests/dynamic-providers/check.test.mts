import { expect, test } from "vitest";
import { items, kinds, type Name, names } from "./every-kind.mts";
import { arns, common, UNKNOWN } from "./scripted.mts";

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
const properties = async (name: Name, change: object) =>
  (await failures(name, change)).map(({ property }) => property).sort();

test.each(names)("%s: good inputs pass as they are", async (name) => {
  expect(await failures(name, {})).toEqual([]);
});

test.each(names)("%s: values that are not known yet pass", async (name) => {
  const unknown = Object.fromEntries(Object.keys(kinds[name][1]).map((key) => [key, UNKNOWN]));

  expect(await failures(name, unknown)).toEqual([]);
});

test.each<[Name, object, string[]]>([
  ["schema", { name: "-pets", schema: "{", timeoutSeconds: 0 }, ["name", "schema", "timeoutSeconds"]],
  ["datasetGroup", { name: "", kmsKeyArn: "key", roleArn: "role" }, ["kmsKeyArn", "name", "roleArn"]],
  [
    "dataset",
    { name: "a b", datasetGroupArn: "x", datasetType: "Pets", schemaArn: arns.group, deletionProtection: "yes" },
    ["datasetGroupArn", "datasetType", "deletionProtection", "name", "schemaArn"],
  ],
  [
    "job",
    { name: "é", datasetArn: "", dataLocation: "https://seed/x", dataHash: "", roleArn: "" },
    ["dataHash", "dataLocation", "datasetArn", "name", "roleArn"],
  ],
  ["solution", { recipeArn: "arn:aws:personalize:::recipe/aws-user-personalisation" }, ["recipeArn"]],
  ["version", { solutionArn: "x" }, ["solutionArn"]],
  [
    "campaign",
    { solutionVersionArn: arns.solution, minProvisionedTPS: 0.5 },
    ["minProvisionedTPS", "solutionVersionArn"],
  ],
  ["tracker", { name: "a".repeat(64), datasetGroupArn: "x" }, ["datasetGroupArn", "name"]],
  ["attribution", { name: "", datasetGroupArn: "g", roleArn: "r" }, ["datasetGroupArn", "name", "roleArn"]],
  [
    "filter",
    { name: undefined, datasetGroupArn: undefined, filterExpression: "" },
    ["datasetGroupArn", "filterExpression", "name"],
  ],
])("%s: every invalid input is reported at once", async (name, change, expected) => {
  expect(await properties(name, change)).toEqual(expected);
});

test.each(names.filter((name) => name !== "schema" && name !== "attribution"))(
  "%s: tags follow the service's rules",
  async (name) => {
    expect(
      await failures(name, { tags: { team: "pets", other: UNKNOWN, "": "x", "aws:mine": "x", long: "x".repeat(257) } }),
    ).toEqual(
      ["", "aws:mine", "long"].map((key) => ({
        property: "tags",
        reason: `"${key}": give a key of 1 to 128 and a value of at most 256 letters, digits, spaces or _.:/=+-@; no key begins with aws:.`,
      })),
    );
    const many = Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`t${index}`, ""]));
    expect(await failures(name, { tags: many })).toEqual([
      { property: "tags", reason: "Give at most 47 tags: a resource can have 50, and the stack adds three." },
    ]);
  },
);

test("the schema of an interactions dataset cannot change, and an items schema can", async () => {
  const olds = { ...kinds.dataset[1], datasetType: "Interactions" };
  const reason = "The service never replaces the schema of an Interactions dataset. Create a new dataset group for it.";

  expect(await failures("dataset", { datasetType: "Interactions", schemaArn: `${arns.schema}-2` }, olds)).toEqual([
    { property: "schemaArn", reason },
  ]);
  expect(await failures("dataset", { schemaArn: `${arns.schema}-2` }, kinds.dataset[1])).toEqual([]);
});

test("a schema that the dataset could not take over is refused in preview", async () => {
  const olds = { ...common, schema: JSON.stringify(interactions) };
  const wider = { ...interactions, fields: [...interactions.fields, { name: "EVENT_TYPE", type: "string" }] };

  expect(await failures("schema", { schema: JSON.stringify(wider) }, olds)).toEqual([
    { property: "schema", reason: expect.stringContaining("never replaces the schema of an Interactions dataset") },
  ]);
  expect(await failures("schema", { schema: JSON.stringify(interactions, null, 2) }, olds)).toEqual([]);
});
