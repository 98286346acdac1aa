import { expect, test } from "vitest";
import { items, kinds, type Name, names } from "./every-kind.mts";
import { arns, ownerTags, UNKNOWN } from "./scripted.mts";

const reversed = Object.fromEntries(Object.entries(items).reverse());
const otherGroup = `${arns.group}-2`;

async function diff(name: Name, change: object, state: object = {}) {
  const [provider, inputs] = kinds[name];
  const olds = { ...inputs, arn: "arn", physicalName: "pets-00000000", ...state };
  const { changes, replaces, deleteBeforeReplace } = await provider.diff(
    "arn",
    olds as never,
    { ...inputs, ...change } as never,
  );
  return { changes, replaces, deleteBeforeReplace };
}

const same = { changes: false, replaces: [], deleteBeforeReplace: false };
const inPlace = { changes: true, replaces: [], deleteBeforeReplace: false };
const replaced = (property: string, deleteBeforeReplace = false) => ({
  changes: true,
  replaces: [property],
  deleteBeforeReplace,
});

test.each(names)("%s: equal inputs are no change", async (name) => {
  expect(await diff(name, {})).toEqual(same);
});

test.each(names)("%s: new provider code and another deadline change nothing but the state", async (name) => {
  expect(await diff(name, { providerVersion: "2" })).toEqual(inPlace);
  expect(await diff(name, { timeoutSeconds: 1 })).toEqual(inPlace);
});

test.each(names.filter((name) => name !== "schema" && name !== "attribution"))(
  "%s: tags change in place",
  async (name) => {
    expect(await diff(name, { tags: { team: "pets" } })).toEqual(inPlace);
    expect(await diff(name, { ownerTags: { ...ownerTags, "pulumi:stack": "prod" } })).toEqual(inPlace);
  },
);

test.each<[Name, string, object]>([
  ["schema", "schema", { schema: '{"type": "record", "name": "Users"}' }],
  ["schema", "name", { name: "other" }],
  ["datasetGroup", "name", { name: "other" }],
  ["datasetGroup", "kmsKeyArn", { kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" }],
  ["datasetGroup", "roleArn", { roleArn: arns.role }],
  ["dataset", "datasetGroupArn", { datasetGroupArn: otherGroup }],
  ["dataset", "datasetType", { datasetType: "Users" }],
  ["job", "dataHash", { dataHash: "2" }],
  ["job", "datasetArn", { datasetArn: `${arns.dataset}-2` }],
  ["solution", "name", { name: "other" }],
  ["solution", "datasetGroupArn", { datasetGroupArn: otherGroup }],
  ["solution", "recipeArn", { recipeArn: `${arns.recipe}-v2` }],
  ["solution", "algorithmHyperParameters", { algorithmHyperParameters: { bptt: "16" } }],
  ["version", "solutionArn", { solutionArn: `${arns.solution}-2` }],
  ["campaign", "name", { name: "other" }],
  ["campaign", "solutionVersionArn", { solutionVersionArn: `${arns.solution}-2/aaaaaaaa` }],
  ["tracker", "datasetGroupArn", { datasetGroupArn: otherGroup }],
  ["filter", "name", { name: "other" }],
  ["filter", "datasetGroupArn", { datasetGroupArn: otherGroup }],
  ["filter", "filterExpression", { filterExpression: "INCLUDE …" }],
])("%s: another %s replaces it, the new one first", async (name, property, change) => {
  expect(await diff(name, change)).toEqual(replaced(property));
});

test("where the service allows only one, the old one is deleted first", async () => {
  expect(await diff("tracker", { name: "other" })).toEqual(replaced("name", true));
  expect(await diff("dataset", { name: "other" })).toEqual(replaced("name", true));
});

test.each<[Name, string, object]>([
  ["dataset", "schemaArn", { schemaArn: `${arns.schema}-2` }],
  ["dataset", "deletionProtection", { deletionProtection: false }],
  ["campaign", "minProvisionedTPS", { minProvisionedTPS: 2 }],
  ["campaign", "itemExplorationConfig", { itemExplorationConfig: { explorationWeight: "0.1" } }],
  ["solution", "eventWeights", { eventWeights: { DetailView: 0.1 } }],
])("%s: another %s is an update in place", async (name, _property, change) => {
  expect(await diff(name, change)).toEqual(inPlace);
});

test.each<[Name, string, object, object?]>([
  ["campaign", "a promoted version of the same solution", {}, { solutionVersionArn: `${arns.solution}/bbbbbbbb` }],
  ["campaign", "another first version of the same solution", { solutionVersionArn: `${arns.solution}/cccccccc` }],
  ["schema", "white space and the order of keys", { schema: JSON.stringify(reversed, null, 2) }],
  [
    "solution",
    "the order of hyperparameters",
    { algorithmHyperParameters: { bptt: "32", a: "1" } },
    { algorithmHyperParameters: { a: "1", bptt: "32" } },
  ],
  ["dataset", "capitals of the type", { datasetType: "Items" }, { datasetType: "ITEMS" }],
  ["job", "where the same data lie", { dataLocation: "s3://seed/moved.csv" }],
])("%s: %s does not matter", async (name, _what, change, state) => {
  expect(await diff(name, change, state)).toEqual(same);
});

test("a value that is not known yet counts as another", async () => {
  expect(await diff("filter", { datasetGroupArn: UNKNOWN })).toEqual(replaced("datasetGroupArn"));
  expect(await diff("campaign", { solutionVersionArn: UNKNOWN })).toEqual(replaced("solutionVersionArn"));
  expect(await diff("dataset", { schemaArn: UNKNOWN })).toEqual(inPlace);
});
