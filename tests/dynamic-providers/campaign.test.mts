import { expect, test } from "vitest";
import { campaignKind } from "../../dynamic-providers/campaign.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { arns, common, createException, describeTags, ownerTags, scriptService } from "./scripted.mts";

const inputs = { ...common, solutionVersionArn: arns.version, minProvisionedTPS: 1 };
const promoted = `${arns.solution}/bbbbbbbb`;
const state = { ...inputs, solutionVersionArn: promoted, arn: arns.campaign, physicalName: "pets-1" };
const listTagsForResource = [describeTags(ownerTags)];
const campaign = (more = {}) => ({
  campaign: { name: "pets-1", status: "ACTIVE", solutionVersionArn: promoted, minProvisionedTPS: 1, ...more },
});
const update = (status: string, at: number, more = {}) => ({
  latestCampaignUpdate: { status, creationDateTime: new Date(at), ...more },
});

/**
 * The answers of an update: the campaign as it is until UpdateCampaign is called, and then as
 * `after` says.
 */
const updating = (before: object, ...after: object[]) => ({
  describeCampaign: [campaign(before), campaign(before), campaign(before), ...after.map(campaign)],
  updateCampaign: [{ campaignArn: arns.campaign }] as object[],
  listTagsForResource,
});

/** Changes inputs of the campaign in a service with these answers. */
function change(answers: Parameters<typeof scriptService>[0], news: object, olds: object = state) {
  const service = scriptService(answers);
  const provider = createProvider(campaignKind, service.open);
  const changed = provider.update(arns.campaign, { ...state, ...olds }, { ...inputs, ...news });
  return { changed, sent: () => service.inputs("updateCampaign"), operations: service.operations };
}

test("waits for a running promotion, and keeps its version", async () => {
  const newest = `${arns.solution}/cccccccc`;
  const describeCampaign = [
    campaign(),
    campaign(),
    campaign(update("CREATE IN_PROGRESS", 1)),
    campaign({ solutionVersionArn: newest, ...update("ACTIVE", 1) }),
    campaign({ solutionVersionArn: newest, minProvisionedTPS: 3, ...update("ACTIVE", 2) }),
  ];
  const { changed, operations } = change({ ...updating({}), describeCampaign }, { minProvisionedTPS: 3 });

  expect((await changed).outs.solutionVersionArn).toBe(newest);
  expect(operations().indexOf("updateCampaign")).toBe(4);
});

test("a promotion that starts in between makes the update wait", async () => {
  const updateCampaign = [createException("ResourceInUseException"), { campaignArn: arns.campaign }];
  const answers = updating({}, {}, { minProvisionedTPS: 3, ...update("ACTIVE", 2) });
  const { changed, sent } = change({ ...answers, updateCampaign }, { minProvisionedTPS: 3 });

  await changed;
  expect(sent()).toHaveLength(2);
});

test("an update that fails is reported with the service's reason; an older failure is not", async () => {
  const older = update("CREATE FAILED", 1, { failureReason: "an old story" });
  const answers = updating(older, older, update("CREATE FAILED", 2, { failureReason: "No capacity." }));

  await expect(change(answers, { minProvisionedTPS: 3 }).changed).rejects.toMatchObject({
    id: arns.campaign,
    message: expect.stringContaining(
      `changing ${arns.campaign} failed. Amazon Personalize returned: CREATE FAILED: No capacity.`,
    ),
  });
});

test("an update that exceeds its deadline fails initialisation", async () => {
  const answers = updating({}, update("CREATE IN_PROGRESS", 2));

  await expect(change(answers, { minProvisionedTPS: 3 }).changed).rejects.toMatchObject({
    id: arns.campaign,
    properties: { minProvisionedTPS: 3, unfinished: true },
    reasons: [`Campaign "pets": its update is still running at the deadline. Run \`pulumi up\` again to wait on.`],
  });
});

// Each UpdateCampaign sends the whole configuration: the guide does not say what it does to what it
// leaves out.
test.each<[what: string, before: object, olds: object, news: object, sent: object]>([
  [
    "the exploration in place, and keeps the campaign's other settings",
    { itemExplorationConfig: { explorationWeight: "0.3" }, enableMetadataWithRecommendations: true },
    { itemExplorationConfig: { explorationWeight: "0.3" } },
    { itemExplorationConfig: { explorationWeight: "0.1" } },
    {
      minProvisionedTPS: 1,
      campaignConfig: {
        itemExplorationConfig: { explorationWeight: "0.1" },
        enableMetadataWithRecommendations: true,
      },
    },
  ],
  [
    "the TPS, and keeps the configuration",
    { itemExplorationConfig: { explorationWeight: "0.3" }, syncWithLatestSolutionVersion: false },
    {},
    { minProvisionedTPS: 3 },
    {
      minProvisionedTPS: 3,
      campaignConfig: {
        itemExplorationConfig: { explorationWeight: "0.3" },
        syncWithLatestSolutionVersion: false,
      },
    },
  ],
])("changes %s", async (_what, campaignConfig, olds, news, expected) => {
  const answers = updating({ campaignConfig }, { ...expected, ...update("ACTIVE", 2) });
  const { changed, sent } = change(answers, news, olds);

  await changed;
  expect(sent()).toMatchObject([{ campaignArn: arns.campaign, ...expected }]);
});

test("switches columns in answers on and off", async () => {
  const columns = (shown: boolean) => ({ campaignConfig: { enableMetadataWithRecommendations: shown } });
  const switching = (shown: boolean) => updating(columns(!shown), { ...columns(shown), ...update("ACTIVE", 2) });
  const on = change(switching(true), { enableMetadataWithRecommendations: true });
  const { outs } = await on.changed;
  expect(on.sent()).toMatchObject([columns(true)]);

  const off = change(switching(false), { enableMetadataWithRecommendations: false }, outs);
  await off.changed;
  expect(off.sent()).toMatchObject([columns(false)]);
});
