// The life of one stack, from its first `up` to its end: the tests are its chapters and run in their order.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RecommenderContract } from "../../contract/index.js";
import { eventually } from "../../local/tests/support/eventually.ts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { pulumiIsThere } from "../support/engine.ts";
import { type Environment, openEnvironment } from "./environment.mts";

describe.skipIf(!pulumiIsThere)("The life of a stack", { timeout: 600_000 }, () => {
  let life: Environment;
  let outputs: RecommenderContract;
  beforeAll(async () => {
    life = await openEnvironment("life");
  });
  afterAll(async () => {
    life.engine.forget();
    await life.account.close();
  });

  const campaign = async (model = "recommendation") =>
    (await life.personalize.describeCampaign({ campaignArn: outputs.campaignArns[model] })).campaign;

  /** What the engine remembers of a resource, by its logical name and the end of its type. */
  const remembered = async (type: string, name: string) => {
    const { deployment } = await life.engine.stack.exportStack();
    const resources: { urn: string; type: string; outputs?: Record<string, unknown> }[] = deployment.resources;
    const found = resources.find((resource) => resource.type.endsWith(type) && resource.urn.endsWith(`::${name}`));
    return found?.outputs ?? {};
  };

  test("up creates the whole system, and it answers", async () => {
    await life.engine.up();
    outputs = await life.outputs();

    const { ids, source } = await life.recommend({ userId: "10042", limit: 10 });
    expect(source).toBe("personalize");
    expect(ids).toHaveLength(10);
  });

  test("a second preview finds nothing to do, and the policy pack nothing in policies whose ARNs are known", async () => {
    expect(await life.engine.preview({ expectNoChanges: true, policyPack: "policy" })).toEqual({});
  });

  test("a refresh finds nothing to do", async () => {
    expect(await life.engine.refresh({ expectNoChanges: true })).toEqual({});
  });

  test("a promotion by the retraining is no change to Pulumi, and a refresh records it", async () => {
    const first = (await campaign())?.solutionVersionArn;
    await life.retrain();
    const promoted = (await campaign())?.solutionVersionArn;
    expect(promoted).not.toBe(first);

    expect(await life.engine.preview({ expectNoChanges: true })).toEqual({});
    expect(await remembered("Campaign", "recommender-recommendation-campaign")).toMatchObject({
      solutionVersionArn: first,
    });

    expect(await life.engine.refresh()).toEqual({
      "Parameter recommender-contract-recommendation-version": "update",
      "Parameter recommender-contract-reranking-version": "update",
    });
    expect(await remembered("Campaign", "recommender-recommendation-campaign")).toMatchObject({
      solutionVersionArn: promoted,
    });
    // The value of a parameter counts as a secret.
    expect(JSON.stringify(await remembered("Parameter", "recommender-contract-recommendation-version"))).toContain(
      promoted,
    );
    expect(await life.engine.preview({ expectNoChanges: true })).toEqual({});
    expect((await campaign())?.solutionVersionArn).toBe(promoted);
  });

  test("a throughput that was changed by hand is set back, and nothing else is touched", async () => {
    const { campaignArn, solutionVersionArn } = (await campaign()) ?? {};
    await life.personalize.updateCampaign({ campaignArn, minProvisionedTPS: 4 });
    await eventually(
      async () => ((await campaign())?.latestCampaignUpdate?.status === "ACTIVE" ? true : undefined),
      "the update by hand did not end",
    );

    const changed = { "Campaign recommender-recommendation-campaign": "update" };
    expect(await life.engine.refresh()).toEqual(changed);
    expect(await life.engine.up()).toEqual(changed);

    expect(await campaign()).toMatchObject({ minProvisionedTPS: 1, solutionVersionArn, status: "ACTIVE" });
  });

  test("a campaign that was deleted by hand is created again, and nothing else changes", async () => {
    const { campaignArn = "" } = (await campaign()) ?? {};
    await life.personalize.deleteCampaign({ campaignArn });
    await eventually(
      async () =>
        await campaign().then(
          () => undefined,
          (error: Error) => error,
        ),
      "the campaign is still there",
    );

    expect(await life.engine.refresh()).toEqual({ "Campaign recommender-recommendation-campaign": "delete" });
    expect(await life.engine.up()).toEqual({ "Campaign recommender-recommendation-campaign": "create" });

    expect(await campaign()).toMatchObject({ campaignArn, status: "ACTIVE" });
    expect(await life.recommend({ userId: "10042" })).toMatchObject({ source: "personalize" });
  });

  test("a deleted event tracker is created again, and its users get the new one", async () => {
    const { eventTrackerArn } = outputs;
    await life.personalize.deleteEventTracker({ eventTrackerArn });
    await eventually(
      () =>
        life.personalize.describeEventTracker({ eventTrackerArn }).then(
          () => undefined,
          (error: Error) => error,
        ),
      "the event tracker is still there",
    );

    expect(await life.engine.refresh()).toEqual({ "EventTracker recommender-event-tracker": "delete" });
    expect(await life.engine.up()).toEqual({
      "EventTracker recommender-event-tracker": "create",
      "Parameter recommender-contract-event-tracker-id": "update",
      "Function recommender-events-consumer-function": "update",
      "Function recommender-retraining-check-training-data-function": "update",
      "Function recommender-watch-model-health-function": "update",
      "RolePolicy recommender-events-consumer-policy": "update",
    });

    outputs = await life.outputs();
    expect(outputs.eventTrackerArn).not.toBe(eventTrackerArn);
    expect(await life.engine.preview({ expectNoChanges: true })).toEqual({});
  });

  test("destroy leaves nothing in the account except the key, which KMS keeps for 30 days", async () => {
    expect(await listEverything(life.account)).not.toEqual([]);
    await life.engine.destroy();
    expect(await listEverything(life.account)).toEqual([]);
  });
});
