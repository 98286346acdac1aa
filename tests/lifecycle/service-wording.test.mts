import { UpdateCampaignCommand } from "@aws-sdk/client-personalize";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { interactionFields, writeSchema } from "../../local/tests/personalize/pets.ts";
import { startStage } from "../../local/tests/personalize/stage.mts";
import { eventually } from "../../local/tests/support/eventually.ts";
import type { Properties } from "./dynamic-provider.mts";
import { args, createFilledGroup, type Kind, openStack, type Stored, type TestStack } from "./stack.mts";

// The guide does not say whether Describe gives texts back as they were sent, nor what an UpdateCampaign does to what it
// leaves out. The providers are right under each answer.
describe.each(["given", "normalised"] as const)("Describe gives back texts as %s", (echo) => {
  let service: Awaited<ReturnType<typeof startStage>>;
  let stack: TestStack;
  let made: Awaited<ReturnType<typeof createFilledGroup>>;
  const stored: [kind: Kind, name: string, of: Stored, inputs: Properties][] = [];
  beforeAll(async () => {
    service = await startStage({ echo });
    stack = await openStack("dev", service);
    made = await createFilledGroup(stack);
    const pretty = JSON.stringify(JSON.parse(writeSchema("Interactions", interactionFields)), undefined, 4);
    await create("Schema", "pretty", { schema: pretty });
    const filterExpression = 'EXCLUDE  ItemID\n WHERE Items.STATUS IN ( "adopted", "gone" )';
    await create("Filter", "spaced", { ...args.filter(made.group), filterExpression });
    const algorithmHyperParameters = { recency_mask: "true", hidden_dimension: "064", bptt: "08" };
    const solution = await create("Solution", "pets", { ...args.solution(made.group), algorithmHyperParameters });
    const version = await create("SolutionVersion", "first", args.version(solution));
    await create("Campaign", "pets", { ...args.campaign(version), itemExplorationConfig: exploration("0.30") });
  });
  afterAll(async () => {
    await stack.close();
    await service.account.close();
  });

  const exploration = (explorationWeight: string) => ({ explorationWeight, explorationItemAgeCutOff: "365.0" });
  async function create(kind: Kind, name: string, inputs: Properties): Promise<Stored> {
    const resource = await stack.create(kind, name, inputs);
    stored.push([kind, name, resource, inputs]);
    return resource;
  }
  const campaign = () => stored.at(-1) as (typeof stored)[number];
  const updates = () => service.account.log.entries().filter(({ operation }) => operation === "UpdateCampaign").length;

  test("a created resource keeps its inputs, and the next preview neither changes nor replaces it", async () => {
    expect(stored).toHaveLength(5);
    for (const [kind, name, { id, properties }, inputs] of stored) {
      expect(properties).toMatchObject(inputs);
      const planned = await stack.provider.diff(id, properties, stack.inputs(kind, name, inputs));
      expect(planned).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
    }
  });

  test("refreshes find no drift, and neither does the preview after them", async () => {
    for (const [kind, name, { id, properties }, inputs] of stored) {
      const news = stack.inputs(kind, name, inputs);
      const first = await stack.provider.read(id, properties);
      expect(first.properties).toEqual(properties);
      expect(first.inputs).toMatchObject(inputs);
      const second = await stack.provider.read(id, first.properties);
      expect(second.properties).toEqual(properties);
      expect(await stack.provider.diff(id, second.properties, news)).toMatchObject({ changes: false, replaces: [] });
    }
  });

  test("another tag of a campaign does not update its configuration", async () => {
    const [kind, name, { id, properties }, inputs] = campaign();
    const before = updates();
    const news = { ...stack.inputs(kind, name, inputs), tags: { team: "pets" } };

    const state = await stack.provider.update(id, properties, news);

    expect(updates()).toBe(before);
    expect(state).toMatchObject({ ...inputs, tags: { team: "pets" } });
    expect(await stack.provider.diff(id, state, news)).toMatchObject({ changes: false });
  });

  test("another weight is one update, which ends, and is stable from then on", async () => {
    const [kind, name, { id, properties }, inputs] = campaign();
    const before = updates();
    const news = stack.inputs(kind, name, { ...inputs, itemExplorationConfig: exploration("0.40") });

    const state = await stack.provider.update(id, properties, news);

    expect(updates()).toBe(before + 1);
    expect(state).toMatchObject({ itemExplorationConfig: exploration("0.40") });
    const { properties: read } = await stack.provider.read(id, state);
    expect(read).toEqual(state);
    expect(await stack.provider.diff(id, read, news)).toMatchObject({ changes: false });
    await stack.provider.update(id, state, stack.inputs(kind, name, inputs));
  });

  test("a weight that was changed by hand is drift, and is set back", async () => {
    const [kind, name, { id, properties }, inputs] = campaign();
    const news = stack.inputs(kind, name, inputs);
    const campaignConfig = { itemExplorationConfig: exploration("0.9") };
    await service.personalize.send(new UpdateCampaignCommand({ campaignArn: id, campaignConfig }));
    const drifted = await eventually(async () => {
      const { properties: read } = await stack.provider.read(id, properties);
      return (await stack.provider.diff(id, read, news)).changes ? read : undefined;
    }, "the update by hand did not end");

    const state = await stack.provider.update(id, drifted, news);

    expect(state).toMatchObject(inputs);
    expect((await stack.provider.read(id, state)).properties).toEqual(state);
  });
});

describe.each(["keeps", "resets"] as const)(
  "An UpdateCampaign without a configuration %s the one there is",
  (answer) => {
    let service: Awaited<ReturnType<typeof startStage>>;
    let stack: TestStack;
    beforeAll(async () => {
      service = await startStage({ updateWithoutConfig: answer });
      stack = await openStack("dev", service);
    });
    afterAll(async () => {
      await stack.close();
      await service.account.close();
    });

    test("the account does so", async () => {
      const { id } = await campaignOf(stack, "account");
      await service.personalize.send(new UpdateCampaignCommand({ campaignArn: id, minProvisionedTPS: 2 }));
      await eventually(async () => (await tps(id)) === 2 || undefined, "the update did not end");
      expect(await weight(id)).toBe(answer === "keeps" ? "0.25" : undefined);
    });

    test("another throughput leaves the exploration as it is, also one that the program does not state", async () => {
      const { id, properties } = await campaignOf(stack, "provider");
      const { itemExplorationConfig: _, ...silent } = properties;
      await stack.provider.update(id, properties, { ...properties, minProvisionedTPS: 2 });
      expect(await weight(id)).toBe("0.25");
      await stack.provider.update(id, { ...silent, minProvisionedTPS: 2 }, { ...silent, minProvisionedTPS: 3 });
      expect(await tps(id)).toBe(3);
      expect(await weight(id)).toBe("0.25");
    });

    const described = async (campaignArn: string) =>
      (await service.personalize.describeCampaign({ campaignArn })).campaign;
    const tps = async (arn: string) => (await described(arn))?.minProvisionedTPS;
    const weight = async (arn: string) =>
      (await described(arn))?.campaignConfig?.itemExplorationConfig?.explorationWeight;
  },
);

/** A separate campaign, with a weight of 0.25. */
async function campaignOf(stack: TestStack, name: string): Promise<Stored> {
  const { group } = await createFilledGroup(stack, name);
  const solution = await stack.create("Solution", name, args.solution(group));
  const version = await stack.create("SolutionVersion", `${name}-first`, args.version(solution));
  const itemExplorationConfig = { explorationWeight: "0.25", explorationItemAgeCutOff: "30" };
  return stack.create("Campaign", name, { ...args.campaign(version), itemExplorationConfig });
}

// UpdateMetricAttribution has no status, and the API reference does not say when ListMetricAttributionMetrics shows it.
describe.each(["at once", "later"] as const)("new metrics of an attribution appear %s", (metricsAppear) => {
  test("and an update ends when they are listed, so that the next one builds on them", async () => {
    const service = await startStage({ metricsAppear });
    const stack = await openStack("dev", service);
    const { group } = await createFilledGroup(stack);
    const inputs = (...names: string[]) => args.attribution(stack, group, ...names);
    const { id, properties } = await stack.create("MetricAttribution", "pets", inputs("views", "looks"));

    let state: Properties = properties;
    for (const names of [["looks", "visits"], ["visits"], ["views", "looks"]]) {
      const news = stack.inputs("MetricAttribution", "pets", inputs(...names));
      state = await stack.provider.update(id, state, news);
      const { metrics = [] } = await service.personalize.listMetricAttributionMetrics({ metricAttributionArn: id });
      expect(metrics.map(({ metricName }) => metricName).sort()).toEqual([...names].sort());
      expect(state).toMatchObject(inputs(...names));
    }

    await stack.close();
    await service.account.close();
  });
});

// AWS does not document when a role that was created a moment ago is refused: in the call, or later in the background.
test("a group and an import whose new role fails them in the background are created again", async () => {
  const service = await startStage({ newRole: "fails at first" });
  const stack = await openStack("dev", service);
  const { items, jobs } = await createFilledGroup(stack);

  const seen = await service.personalize.listDatasetImportJobs({});
  const statuses = (seen.datasetImportJobs ?? []).map(({ status }) => status).sort();
  expect(statuses).toEqual(["ACTIVE", "ACTIVE", "CREATE FAILED"]);
  expect(await service.rows(items.properties.arn)).not.toEqual([]);
  for (const { id, properties } of jobs) {
    const read = await stack.provider.read(id, properties);
    expect(read.properties).toEqual(properties);
  }

  await stack.close();
  await service.account.close();
});
