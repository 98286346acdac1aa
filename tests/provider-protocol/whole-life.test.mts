import { afterAll, beforeAll, expect, test } from "vitest";
import { itemFields, writeSchema } from "../../local/record/personalize/pets.ts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import type { Properties } from "./dynamic-provider.mts";
import { args, createFilledGroup, type Kind, openStack, type Stored, type TestStack } from "./stack.mts";

let stack: TestStack;
let made: Awaited<ReturnType<typeof createFilledGroup>>;
let solution: Stored;
let version: Stored;
let campaign: Stored;
let tracker: Stored;
let filter: Stored;
let attribution: Stored;

beforeAll(async () => {
  stack = await openStack();
  made = await createFilledGroup(stack);
  solution = await stack.create("Solution", "pets", args.solution(made.group));
  version = await stack.create("SolutionVersion", "pets-first", args.version(solution));
  campaign = await stack.create("Campaign", "pets", args.campaign(version));
  tracker = await stack.create("EventTracker", "pets", args.tracker(made.group));
  filter = await stack.create("Filter", "pets", args.filter(made.group));
  attribution = await stack.create("MetricAttribution", "pets", args.attribution(stack, made.group, "views", "looks"));
});
afterAll(() => stack.close());

/** The plan of the engine when the program has the same inputs again. */
const planned = (stored: Stored, kind: Kind, name: string, inputs: Properties) =>
  stack.provider.diff(stored.id, stored.properties, stack.inputs(kind, name, inputs));
const nothing = { changes: false, replaces: [], deleteBeforeReplace: false };

test("ids are ARNs, and resources have the stack's tags", async () => {
  for (const stored of [made.group, made.items, ...made.jobs, solution, version, campaign, tracker, filter]) {
    expect(stored.id).toMatch(/^arn:aws:personalize:eu-west-1:000000000000:/);
    const { tags } = await stack.service.personalize.listTagsForResource({ resourceArn: stored.id });
    expect(tags).toContainEqual({ tagKey: "pulumi:stack", tagValue: "dev" });
  }
});

test("a refresh right after creation finds no difference, in any kind", async () => {
  const all = {
    ...made,
    jobs: undefined,
    job: made.jobs[0] as Stored,
    solution,
    version,
    campaign,
    tracker,
    filter,
    attribution,
  };
  for (const stored of Object.values(all)) {
    if (!stored) continue;
    const { id, properties, inputs } = await stack.provider.read(stored.id, stored.properties);
    expect({ id, properties }).toEqual(stored);
    expect(stored.properties).toMatchObject(inputs ?? {});
  }
});

test("after a lost state everything is found by name and tags, and nothing is created twice", async () => {
  await stack.restart();

  expect((await stack.create("DatasetGroup", "pets", {})).id).toBe(made.group.id);
  expect((await stack.create("Dataset", "pets-items", args.dataset(made.group, made.itemsSchema, "Items"))).id).toBe(
    made.items.id,
  );
  expect((await stack.create("DatasetImportJob", "pets-items", args.job(stack, made.items, "items.csv"))).id).toBe(
    made.jobs[1]?.id,
  );
  expect((await stack.create("Solution", "pets", args.solution(made.group))).id).toBe(solution.id);
  expect((await stack.create("SolutionVersion", "pets-first", args.version(solution))).id).toBe(version.id);
  expect((await stack.create("Campaign", "pets", args.campaign(version))).id).toBe(campaign.id);
  expect((await stack.create("EventTracker", "pets", args.tracker(made.group))).properties).toEqual(tracker.properties);
  expect((await stack.create("Filter", "pets", args.filter(made.group))).id).toBe(filter.id);
  const counted = args.attribution(stack, made.group, "views", "looks");
  expect((await stack.create("MetricAttribution", "pets", counted)).id).toBe(attribution.id);

  const { solutionVersions } = await stack.service.personalize.listSolutionVersions({ solutionArn: solution.id });
  expect(solutionVersions).toHaveLength(1);
});

test("a TPS set by hand is detected and corrected, and the promoted version stays", async () => {
  const second = await stack.service.version(solution.id);
  const byHand = { campaignArn: campaign.id, minProvisionedTPS: 7, solutionVersionArn: second.arn };
  await stack.service.personalize.updateCampaign(byHand);
  await stack.service.account.clock.advance(600_000);

  const { properties } = await stack.provider.read(campaign.id, campaign.properties);
  expect(properties).toEqual({ ...campaign.properties, minProvisionedTPS: 7, solutionVersionArn: second.arn });

  const news = stack.inputs("Campaign", "pets", args.campaign(version));
  const updated = await stack.provider.update(campaign.id, properties, news);
  expect(updated).toEqual({ ...campaign.properties, solutionVersionArn: second.arn });
  const { campaign: there } = await stack.service.personalize.describeCampaign({ campaignArn: campaign.id });
  expect(there).toMatchObject({ minProvisionedTPS: 1, solutionVersionArn: second.arn });
});

test("an items dataset takes a schema with one more nullable column without losing data", async () => {
  const wider = writeSchema("Items", [...itemFields, { name: "COLOR", type: ["null", "string"], categorical: true }]);
  const olds = stack.inputs("Schema", "pets-items", args.items());
  const news = stack.inputs("Schema", "pets-items", { schema: wider });
  expect((await stack.provider.check(olds, news)).failures).toEqual([]);

  const schema = await stack.create("Schema", "pets-items", { schema: wider });
  const dataset = stack.inputs("Dataset", "pets-items", args.dataset(made.group, schema, "Items"));
  expect(await stack.provider.diff(made.items.id, made.items.properties, dataset)).toEqual({
    ...nothing,
    changes: true,
  });
  const updated = await stack.provider.update(made.items.id, made.items.properties, dataset);
  await stack.provider.delete(made.itemsSchema.id, made.itemsSchema.properties);

  expect(updated.schemaArn).toBe(schema.id);
  made.itemsSchema = schema;
  made.items = { id: made.items.id, properties: updated as Stored["properties"] };
  expect(await stack.service.version(solution.id)).toMatchObject({ status: "ACTIVE" });
});

test("a campaign of another recipe serves before the old one is deleted", async () => {
  const ranking = args.solution(made.group, "aws-personalized-ranking");
  expect(await planned(solution, "Solution", "pets", ranking)).toEqual({
    changes: true,
    replaces: ["recipeArn"],
    deleteBeforeReplace: false,
  });

  const newSolution = await stack.create("Solution", "pets", ranking);
  const newVersion = await stack.create("SolutionVersion", "pets-first", args.version(newSolution));
  expect(await planned(campaign, "Campaign", "pets", args.campaign(newVersion))).toMatchObject({
    replaces: ["solutionVersionArn"],
    deleteBeforeReplace: false,
  });
  const newCampaign = await stack.create("Campaign", "pets", args.campaign(newVersion));
  const { campaigns = [] } = await stack.service.personalize.listCampaigns({});
  expect(campaigns.map(({ status }) => status)).toEqual(["ACTIVE", "ACTIVE"]);

  await stack.provider.delete(campaign.id, campaign.properties);
  await stack.provider.delete(version.id, version.properties);
  await stack.provider.delete(solution.id, solution.properties);
  [solution, version, campaign] = [newSolution, newVersion, newCampaign];
});

test("deleting in the engine's order, dependants first and in parallel, leaves nothing, and can be repeated", async () => {
  const gone = (...stored: Stored[]) =>
    Promise.all(stored.map(({ id, properties }) => stack.provider.delete(id, properties)));
  // A running retraining must not keep the stack from being destroyed.
  await stack.service.personalize.createSolutionVersion({ solutionArn: solution.id });
  await gone(campaign, tracker, filter, attribution);
  await gone(version);
  await gone(solution);
  await gone(...made.jobs);
  await gone(made.interactions, made.items);
  await gone(made.interactionsSchema, made.itemsSchema, made.group);
  await gone(campaign, solution, made.group);
  const left = await listEverything(stack.service.account);
  expect(left.filter((name) => name.startsWith("personalize:"))).toEqual([]);
});
