// `instant`: deletions that have ended before a client asks. AWS's clean-up function
// (`05_Clean_Up.ipynb` of its notebooks) ends when it sees its dataset group being deleted.
import { ResourceNotFoundException } from "@aws-sdk/client-personalize";
import { expect, test } from "vitest";
import { interactionFields, writeSchema } from "../../record/personalize/pets.ts";
import { all, openDomainStage, writeEvents } from "./domain-stage.mts";
import { openStage } from "./stage.mts";

const on = await openStage({}, { instant: true });
const { personalize, account } = on;

/** Describes until the resource is not found; returns the statuses. */
async function statusesOf(describe: () => Promise<{ status?: string | undefined } | undefined>): Promise<unknown[]> {
  const statuses: unknown[] = [];
  for (;;) {
    const found = await describe().catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
    if (found === undefined) return statuses;
    statuses.push(found.status);
  }
}

test("the first description after a deletion tells of it, and the next finds nothing", async () => {
  const { groupArn, interactions } = await on.filled();
  const solutionArn = await on.solution(groupArn, "aws-popularity-count");
  const { arn: versionArn } = await on.version(solutionArn);
  const campaignArn = await on.campaign(versionArn);
  const { eventTrackerArn } = await on.tracker(groupArn);
  const filterArn = await on.filter(groupArn, 'INCLUDE ItemID WHERE Items.SPECIES IN ("cat")');
  const { metricAttributionArn } = await personalize.createMetricAttribution({
    name: "attribution",
    datasetGroupArn: groupArn,
    metrics: [{ eventType: "View", metricName: "views", expression: "SAMPLECOUNT()" }],
    metricsOutputConfig: { roleArn: on.roleArn },
  });
  await account.clock.skipped();
  const { datasets = [] } = await personalize.listDatasets({ datasetGroupArn: groupArn });
  expect(datasets.map(({ datasetArn }) => datasetArn)).toContain(interactions);

  const ends = async (
    remove: () => Promise<unknown>,
    describe: () => Promise<{ status?: string | undefined } | undefined>,
  ) => {
    await remove();
    await account.clock.skipped();
    expect(await statusesOf(describe)).toEqual(["DELETE PENDING"]);
  };
  await ends(
    () => personalize.deleteMetricAttribution({ metricAttributionArn }),
    async () => (await personalize.describeMetricAttribution({ metricAttributionArn })).metricAttribution,
  );
  await ends(
    () => personalize.deleteFilter({ filterArn }),
    async () => (await personalize.describeFilter({ filterArn })).filter,
  );
  await ends(
    () => personalize.deleteEventTracker({ eventTrackerArn }),
    async () => (await personalize.describeEventTracker({ eventTrackerArn })).eventTracker,
  );
  await ends(
    () => personalize.deleteCampaign({ campaignArn }),
    async () => (await personalize.describeCampaign({ campaignArn })).campaign,
  );
  await ends(
    () => personalize.deleteSolution({ solutionArn }),
    async () => (await personalize.describeSolution({ solutionArn })).solution,
  );
  for (const { datasetArn } of datasets) {
    await ends(
      () => personalize.deleteDataset({ datasetArn }),
      async () => (await personalize.describeDataset({ datasetArn })).dataset,
    );
  }
  await ends(
    () => personalize.deleteDatasetGroup({ datasetGroupArn: groupArn }),
    async () => (await personalize.describeDatasetGroup({ datasetGroupArn: groupArn })).datasetGroup,
  );
}, 30_000);

test("a resource that was created again under its name is described, not the deleted one", async () => {
  const create = () => personalize.createDatasetGroup({ name: "again" });
  const { datasetGroupArn } = await create();
  await account.clock.skipped();
  await personalize.deleteDatasetGroup({ datasetGroupArn });
  await account.clock.skipped();
  await create();
  await account.clock.skipped();
  const { datasetGroup } = await personalize.describeDatasetGroup({ datasetGroupArn });
  expect(datasetGroup?.status).toBe("ACTIVE");
});

test("a schema is gone at once, and a listing leaves out what was deleted", async () => {
  const { schemaArn } = await personalize.createSchema({
    name: "short",
    schema: writeSchema("Interactions", interactionFields),
  });
  await personalize.deleteSchema({ schemaArn });
  await expect(personalize.describeSchema({ schemaArn })).rejects.toThrow(ResourceNotFoundException);
  const deleted = await on.group();
  await personalize.deleteDatasetGroup({ datasetGroupArn: deleted });
  await account.clock.skipped();
  const { datasetGroups = [] } = await personalize.listDatasetGroups({});
  expect(datasetGroups.map(({ datasetGroupArn }) => datasetGroupArn)).not.toContain(deleted);
});

test("a recommender answers when it has been described once, and its first description after a stop is INACTIVE", async () => {
  const shop = await openDomainStage("ECOMMERCE", writeEvents("View", all), { instant: true });
  const recommenderArn = await shop.begin("aws-ecomm-popular-items-by-views");
  await shop.account.clock.skipped();
  expect(await shop.describe(recommenderArn)).toMatchObject({ status: "ACTIVE" });
  expect(await shop.ids(recommenderArn, { userId: "user-0" })).toHaveLength(25);
  await shop.personalize.stopRecommender({ recommenderArn });
  await shop.account.clock.skipped();
  expect(await shop.describe(recommenderArn)).toMatchObject({ status: "INACTIVE" });
});
