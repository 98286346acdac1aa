// One stack whose configuration changes again and again: the tests run in their order, each from
// where the last one left it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IAM } from "@aws-sdk/client-iam";
import type { Campaign } from "@aws-sdk/client-personalize";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPreviewPolicy } from "../../examples/github-access/trust.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { createRole, sessionOf } from "../../local/tests/support/roles.ts";
import { needsPulumi, type Steps } from "../support/engine.ts";
import { type Environment, openEnvironment } from "./environment.mts";

const machine = "StateMachine recommender-retraining-state-machine";

function steps(op: string, names: readonly string[]): Steps {
  return Object.fromEntries(names.map((name) => [name, op]));
}
function updates(...names: string[]): Steps {
  return steps("update", names);
}

const ofReranking = [
  "LambdaFunction recommender-serving-rerank",
  "Campaign recommender-reranking-campaign",
  "Function recommender-serving-rerank-function",
  "LogGroup recommender-serving-rerank-logs",
  "MetricAlarm recommender-watch-rerank-errors",
  "MetricAlarm recommender-watch-rerank-throttles",
  "MetricAlarm recommender-watch-age.reranking",
  "MetricAlarm recommender-watch-idle.reranking",
  "MetricAlarm recommender-watch-rejected.reranking",
  "Parameter recommender-contract-reranking-campaign",
  "Parameter recommender-contract-reranking-function",
  "Parameter recommender-contract-reranking-version",
  "Role recommender-serving-rerank-role",
  "RolePolicy recommender-serving-rerank-policy",
  "Solution recommender-reranking-solution",
  "SolutionVersion recommender-reranking-first-version",
];
/** They have rights on each model by its name. */
const usersOfModels = [
  "RolePolicy recommender-retraining-policy",
  "RolePolicy recommender-retraining-check-training-data-policy",
  "RolePolicy recommender-retraining-evaluate-model-policy",
  "RolePolicy recommender-watch-model-health-policy",
];
const usersOfReranking = updates(
  "Dashboard recommender-watch-dashboard",
  "Function recommender-watch-model-health-function",
  machine,
  ...usersOfModels,
);

/** Both variants have the same answers. */
const experiment = { name: "twins", variants: { recommendation: 50, twin: 50 }, goal: "DetailView" };

describe("A stack's configuration changes", needsPulumi, () => {
  let stack: Environment;
  beforeAll(async () => {
    stack = await openEnvironment("changes", {
      config: {
        filters: '{"adoptable":"EXCLUDE ItemID WHERE Items.STATUS IN (\\"adopted\\")"}',
        placements: '{"twin":{"model":"recommendation"}}',
        experiment: JSON.stringify(experiment),
      },
    });
    await stack.engine.up();
  });
  afterAll(async () => {
    stack.engine.forget();
    await stack.account.close();
  });

  const campaign = async () => (await stack.use()).readCampaign();

  /**
   * Changes the configuration; returns the plan of the preview, the steps of `up`, and what it
   * showed while they ran.
   */
  const change = async (values: Record<string, string | undefined>, preview = () => stack.engine.preview()) => {
    stack.engine.configure(values);
    const plan = await preview();
    const shown: string[] = [];
    const done = await stack.engine.up({
      onEvent({ diagnosticEvent }) {
        if (!diagnosticEvent?.ephemeral) return;
        const [, , type = "", name = ""] = diagnosticEvent.urn?.split("::") ?? [];
        shown.push(`${type.split(":").at(-1)} ${name}: ${diagnosticEvent.message.trim()}`);
      },
    });
    return { plan, done, shown };
  };

  /** Previews with the role of a pull request. */
  const previewWithRole = async () => {
    const { Statement } = createPreviewPolicy({
      project: "recommender",
      bucketArn: "arn:aws:s3:::state",
      prefix: "changes",
      keyArn: "arn:aws:kms:eu-west-1:000000000000:key/state",
    });
    const role = await createRole(stack.account, "preview", "000000000000", Statement);
    return stack.engine.as(await sessionOf(stack.account, role), () => stack.engine.preview());
  };

  describe("One more tag, and a permissions boundary, in a protected stack", () => {
    let changed: Awaited<ReturnType<typeof change>>;
    beforeAll(async () => {
      await change({ deletionProtection: "true" });
      const Statement = [{ Effect: "Allow", Action: "*", Resource: "*" }];
      const { Policy } = await new IAM(sdk(stack.account)).createPolicy({
        PolicyName: "boundary",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      });
      const tags = { "aws:defaultTags": JSON.stringify({ tags: { costCentre: "4711" } }) };
      changed = await change({ ...tags, permissionsBoundaryArn: Policy?.Arn });
    });
    afterAll(() => change({ deletionProtection: "false" }));

    test("change resources in place, replace none, and are previewed so", () => {
      expect(Object.keys(changed.done).length).toBeGreaterThan(50);
      expect(new Set(Object.values(changed.done))).toEqual(new Set(["update"]));
      expect(changed.plan).toEqual(changed.done);
    });
  });

  describe("Settings of resources that stay, one more filter, one more column of the items, and no re-ranking", () => {
    const filters = {
      adoptable: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")',
      cats: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")',
    };
    const done = {
      // Throughput, exploration weight, threshold and schedule.
      ...updates("Campaign recommender-recommendation-campaign", machine, "Schedule recommender-retraining-schedule"),
      // The filter, and the functions that have it in their environment.
      "Filter recommender-filter-cats": "create",
      ...updates("Function recommender-serving-recommend-function", "RolePolicy recommender-serving-recommend-policy"),
      // The column.
      ...updates(
        "BucketObjectv2 recommender-data-catalogue",
        "BucketObjectv2 recommender-data-items-csv",
        "BucketObjectv2 recommender-data-items-schema",
        "Dataset recommender-items-dataset",
      ),
      // A schema cannot be changed, only replaced. The items are imported again, with the new
      // column empty.
      ...steps("replace", ["DatasetImportJob recommender-items-import", "Schema recommender-items-schema"]),
      ...steps("delete", ofReranking),
      ...usersOfReranking,
    };
    let before: { campaign: Campaign; items: Awaited<ReturnType<typeof items>> };
    let changed: Awaited<ReturnType<typeof change>>;
    beforeAll(async () => {
      before = { campaign: await campaign(), items: await items() };
      const values = {
        minProvisionedTPS: "2",
        explorationWeight: "0.35",
        promotionThreshold: "0.0625",
        retrainingSchedule: "cron(30 4 1 1 ? 2199)",
        filters: JSON.stringify(filters),
        itemsSchemaFile: writeLongerSchema(),
        rerankingEnabled: "false",
      };
      changed = await change(values, previewWithRole);
    });

    test("are changed in place, the model, campaign and function of re-ranking go, and nothing else is touched", () => {
      expect(changed.done).toEqual(done);
    });

    test("are previewed by the role of a pull request", () => {
      expect(changed.plan).toEqual(done);
    });

    test("count for the campaign, which serves the same version", async () => {
      const { campaignArn, solutionVersionArn, minProvisionedTPS, campaignConfig } = await campaign();
      expect({ campaignArn, solutionVersionArn, minProvisionedTPS }).toEqual({
        campaignArn: before.campaign.campaignArn,
        solutionVersionArn: before.campaign.solutionVersionArn,
        minProvisionedTPS: 2,
      });
      expect(campaignConfig?.itemExplorationConfig).toMatchObject({ explorationWeight: "0.35" });
    });

    test("let callers use the new filter", async () => {
      const { ids, source } = await stack.recommend({ userId: "10042", filter: "cats" });
      expect(source).toBe("personalize");
      expect(ids.filter((id) => !id.startsWith("1-"))).toEqual([]);
    });

    test("keep the items' dataset when one more column may be null", async () => {
      const after = await items();
      const { datasetArn, creationDateTime, schemaArn } = before.items ?? {};
      expect(after).toMatchObject({ datasetArn, creationDateTime });
      expect(after?.schemaArn).not.toBe(schemaArn);
    });
  });

  const items = async () => {
    const { datasetGroupArn } = await stack.outputs();
    const { datasets = [] } = await stack.personalize.listDatasets({ datasetGroupArn });
    const { datasetArn } = datasets.find(({ datasetType }) => datasetType === "ITEMS") ?? {};
    return (await stack.personalize.describeDataset({ datasetArn })).dataset;
  };

  /** Writes the items' schema with one more column that may be null; returns the file. */
  const writeLongerSchema = () => {
    const schemaFile = join(stack.engine.folder, "items.schema.json");
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../../seed/items.schema.json"), "utf8"));
    schema.fields.push({ name: "HOUSE_TRAINED", type: ["null", "string"], categorical: true });
    writeFileSync(schemaFile, JSON.stringify(schema));
    return schemaFile;
  };

  const usersOfCampaign = updates(
    "Function recommender-retraining-refresh-popular-items-function",
    "Function recommender-serving-recommend-function",
    "Function recommender-watch-model-health-function",
    "Parameter recommender-contract-recommendation-campaign",
    "Parameter recommender-contract-recommendation-solution",
    "Parameter recommender-contract-recommendation-version",
    "RolePolicy recommender-retraining-refresh-popular-items-policy",
    machine,
  );

  describe("Re-ranking is switched on again, and recommendation gets another recipe", () => {
    let old: Campaign;
    const order: string[] = [];
    let changed: Awaited<ReturnType<typeof change>>;
    let answers: readonly (string | undefined)[];
    beforeAll(async () => {
      old = await campaign();
      stack.account.log.listen(({ operation, error }) => {
        const noted = /^(CreateCampaign|DeleteCampaign|DeleteSolution|UpdateFunctionConfiguration)/.test(operation);
        if (noted && error === undefined) order.push(operation);
      });
      const visitor = visitWithoutPause();
      changed = await change({
        rerankingEnabled: "true",
        recommendationRecipe: "aws-user-personalization-v2",
        explorationWeight: undefined,
      });
      answers = await visitor.leave();
    });

    test("the one is created, and of the other solution, version and campaign are replaced", () => {
      const { plan, done } = changed;
      expect(done).toEqual({
        ...steps("create", ofReranking),
        ...steps("replace", [
          "Campaign recommender-recommendation-campaign",
          "Solution recommender-recommendation-solution",
          "SolutionVersion recommender-recommendation-first-version",
        ]),
        ...usersOfReranking,
        ...usersOfCampaign,
      });
      // The new campaign's name is not known yet, but the policy fits any.
      const fitting = updates("RolePolicy recommender-serving-recommend-policy");
      expect(plan).toEqual({ ...done, ...fitting });
    });

    test("a resource that Personalize is still creating shows its status and the elapsed time on its line", () => {
      expect(changed.shown).toContainEqual(expect.stringMatching(/^SolutionVersion \S+: CREATE IN_PROGRESS, \d+ s$/));
    });

    test("at no moment nothing serves recommendations", () => {
      expect(answers.length).toBeGreaterThan(10);
      expect([...new Set(answers)]).toEqual(["personalize"]);
      const [first, ...rest] = order;
      expect(first).toBe("CreateCampaign");
      expect(rest.slice(-2)).toEqual(["DeleteCampaign", "DeleteSolution"]);
    });

    test("the new campaign serves a version of the new recipe, and the old one is gone", async () => {
      const now = await campaign();
      expect(now.campaignArn).not.toBe(old.campaignArn);
      const { solutionVersion } = await stack.personalize.describeSolutionVersion({
        solutionVersionArn: now.solutionVersionArn,
      });
      expect(solutionVersion?.recipeArn).toBe("arn:aws:personalize:::recipe/aws-user-personalization-v2");
      const { campaigns = [] } = await stack.personalize.listCampaigns({});
      expect(campaigns).toHaveLength(2);
    });
  });

  /** A visitor who sends requests without a pause; `leave` returns the source of each answer. */
  const visitWithoutPause = () => {
    let visiting = true;
    const visit = async () => {
      const sources: (string | undefined)[] = [];
      while (visiting) sources.push((await stack.recommend({ userId: "10042", limit: 1 })).source);
      return sources;
    };
    const visits = visit();
    visits.catch(() => undefined);
    return {
      leave: () => {
        visiting = false;
        return visits;
      },
    };
  };
});
