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

test("another TPS is one UpdateCampaign, without a version, waited for until it serves", async () => {
  const service = scriptService({
    describeCampaign: [
      campaign(),
      campaign(),
      campaign(),
      campaign(update("CREATE PENDING", 2)),
      campaign(update("CREATE IN_PROGRESS", 2)),
      campaign({ minProvisionedTPS: 3, ...update("ACTIVE", 2) }),
    ],
    updateCampaign: [{ campaignArn: arns.campaign }],
    listTagsForResource,
  });

  const { outs } = await createProvider(campaignKind, service.open).update(arns.campaign, state, {
    ...inputs,
    minProvisionedTPS: 3,
  });

  expect(service.inputs("updateCampaign")).toEqual([
    { campaignArn: arns.campaign, minProvisionedTPS: 3, campaignConfig: undefined },
  ]);
  expect(outs).toEqual({ ...state, minProvisionedTPS: 3 });
});

test("waits for a running promotion, and keeps its version", async () => {
  const newest = `${arns.solution}/cccccccc`;
  const service = scriptService({
    describeCampaign: [
      campaign(),
      campaign(),
      campaign(update("CREATE IN_PROGRESS", 1)),
      campaign({ solutionVersionArn: newest, ...update("ACTIVE", 1) }),
      campaign({ solutionVersionArn: newest, minProvisionedTPS: 3, ...update("ACTIVE", 2) }),
    ],
    updateCampaign: [{ campaignArn: arns.campaign }],
    listTagsForResource,
  });

  const { outs } = await createProvider(campaignKind, service.open).update(arns.campaign, state, {
    ...inputs,
    minProvisionedTPS: 3,
  });

  expect(service.operations().indexOf("updateCampaign")).toBe(4);
  expect(outs.solutionVersionArn).toBe(newest);
});

test("a promotion that starts in between makes the update wait", async () => {
  const service = scriptService({
    describeCampaign: [
      campaign(),
      campaign(),
      campaign(),
      campaign(),
      campaign({ minProvisionedTPS: 3, ...update("ACTIVE", 2) }),
    ],
    updateCampaign: [createException("ResourceInUseException"), { campaignArn: arns.campaign }],
    listTagsForResource,
  });

  await createProvider(campaignKind, service.open).update(arns.campaign, state, { ...inputs, minProvisionedTPS: 3 });

  expect(service.inputs("updateCampaign")).toHaveLength(2);
});

test("an update that fails is reported with the service's reason; an older failure is not", async () => {
  const service = scriptService({
    describeCampaign: [
      campaign(update("CREATE FAILED", 1, { failureReason: "an old story" })),
      campaign(update("CREATE FAILED", 1, { failureReason: "an old story" })),
      campaign(update("CREATE FAILED", 1, { failureReason: "an old story" })),
      campaign(update("CREATE FAILED", 1, { failureReason: "an old story" })),
      campaign(update("CREATE FAILED", 2, { failureReason: "No capacity." })),
    ],
    updateCampaign: [{ campaignArn: arns.campaign }],
  });

  await expect(
    createProvider(campaignKind, service.open).update(arns.campaign, state, { ...inputs, minProvisionedTPS: 3 }),
  ).rejects.toMatchObject({
    id: arns.campaign,
    message: expect.stringContaining(
      `changing ${arns.campaign} failed. Amazon Personalize returned: CREATE FAILED: No capacity.`,
    ),
  });
});

test("an update that exceeds its deadline fails initialisation", async () => {
  const service = scriptService({
    describeCampaign: [campaign(), campaign(), campaign(), campaign(update("CREATE IN_PROGRESS", 2))],
    updateCampaign: [{ campaignArn: arns.campaign }],
  });

  await expect(
    createProvider(campaignKind, service.open).update(arns.campaign, state, { ...inputs, minProvisionedTPS: 3 }),
  ).rejects.toMatchObject({
    id: arns.campaign,
    properties: { minProvisionedTPS: 3, unfinished: true },
    reasons: [`Campaign "pets": its update is still running at the deadline. Run \`pulumi up\` again to wait on.`],
  });
});

test("does not repeat an update of an interrupted run", async () => {
  const service = scriptService({
    describeCampaign: [campaign({ minProvisionedTPS: 3, ...update("ACTIVE", 2) })],
    listTagsForResource,
  });

  await createProvider(campaignKind, service.open).update(
    arns.campaign,
    { ...state, unfinished: true },
    { ...inputs, minProvisionedTPS: 3 },
  );

  expect(service.inputs("updateCampaign")).toEqual([]);
});

test("new provider code keeps the promoted version in the state", async () => {
  const { outs } = await createProvider(campaignKind, scriptService({}).open).update(arns.campaign, state, {
    ...inputs,
    providerVersion: "2",
  });

  expect(outs.solutionVersionArn).toBe(promoted);
});

test("reading records a promotion and a TPS set by hand; only the latter is to change back", async () => {
  const newest = `${arns.solution}/cccccccc`;
  const service = scriptService({
    describeCampaign: [campaign({ solutionVersionArn: newest }), campaign({ minProvisionedTPS: 9 })],
    listTagsForResource,
  });
  const provider = createProvider(campaignKind, service.open);

  const after = await provider.read(arns.campaign, state);
  expect(after.props).toEqual({ ...state, solutionVersionArn: newest });
  expect(await provider.diff(arns.campaign, after.props as typeof state, inputs)).toMatchObject({ changes: false });

  const drifted = await provider.read(arns.campaign, state);
  expect(drifted.props).toEqual({ ...state, minProvisionedTPS: 9 });
  expect(await provider.diff(arns.campaign, drifted.props as typeof state, inputs)).toMatchObject({
    changes: true,
    replaces: [],
  });
});

test("a replacement for another solution has another name, so that both can serve", async () => {
  const names: unknown[] = [];
  for (const solutionVersionArn of [arns.version, `${arns.solution}-2/aaaaaaaa`]) {
    const service = scriptService({
      listCampaigns: [{ campaigns: [] }],
      createCampaign: [{ campaignArn: arns.campaign }],
      describeCampaign: [campaign()],
    });
    await createProvider(campaignKind, service.open).create({ ...inputs, solutionVersionArn });
    names.push(service.inputs("createCampaign")[0]?.name);
  }

  expect(new Set(names).size).toBe(2);
});

test("exploration is passed on, and compared as the service has it", async () => {
  const itemExplorationConfig = { explorationWeight: "0.1", explorationItemAgeCutOff: "65500" };
  const service = scriptService({
    listCampaigns: [{ campaigns: [] }],
    createCampaign: [{ campaignArn: arns.campaign }],
    describeCampaign: [campaign({ campaignConfig: { itemExplorationConfig } })],
  });

  const { outs } = await createProvider(campaignKind, service.open).create({ ...inputs, itemExplorationConfig });

  expect(service.inputs("createCampaign")).toMatchObject([{ campaignConfig: { itemExplorationConfig } }]);
  expect(outs).toMatchObject({ itemExplorationConfig });
});

test("changes the exploration in place, and keeps the campaign's other settings", async () => {
  const campaignConfig = {
    itemExplorationConfig: { explorationWeight: "0.3" },
    enableMetadataWithRecommendations: true,
  };
  const wanted = { explorationWeight: "0.1" };
  const changed = { ...campaignConfig, itemExplorationConfig: wanted };
  const service = scriptService({
    describeCampaign: [
      campaign({ campaignConfig }),
      campaign({ campaignConfig }),
      campaign({ campaignConfig }),
      campaign({ campaignConfig: changed, ...update("ACTIVE", 2) }),
    ],
    updateCampaign: [{ campaignArn: arns.campaign }],
    listTagsForResource,
  });
  const olds = { ...state, itemExplorationConfig: campaignConfig.itemExplorationConfig };

  await createProvider(campaignKind, service.open).update(arns.campaign, olds, {
    ...inputs,
    itemExplorationConfig: wanted,
  });

  expect(service.inputs("updateCampaign")).toEqual([
    { campaignArn: arns.campaign, minProvisionedTPS: 1, campaignConfig: changed },
  ]);
});

test("keeps the service's exploration if the program does not set it", async () => {
  const itemExplorationConfig = { explorationWeight: "0.3", explorationItemAgeCutOff: "30.0" };
  const service = scriptService({
    describeCampaign: [campaign({ campaignConfig: { itemExplorationConfig } })],
    listTagsForResource,
  });

  expect((await createProvider(campaignKind, service.open).read(arns.campaign, state)).props).toEqual(state);
});

test("an update that is ACTIVE and newer than the request is finished, whatever text Describe returns", async () => {
  const normalised = { itemExplorationConfig: { explorationWeight: "0.10" } };
  const service = scriptService({
    describeCampaign: [
      campaign(),
      campaign(),
      campaign(),
      campaign({ campaignConfig: normalised, ...update("ACTIVE", 2) }),
    ],
    updateCampaign: [{ campaignArn: arns.campaign }],
    listTagsForResource,
  });
  const wanted = { explorationWeight: "0.1" };

  await createProvider(campaignKind, service.open).update(arns.campaign, state, {
    ...inputs,
    itemExplorationConfig: wanted,
  });

  expect(service.inputs("updateCampaign")).toHaveLength(1);
});

test("another TPS leaves the configuration as it is by sending all of it", async () => {
  const campaignConfig = { itemExplorationConfig: { explorationWeight: "0.3" }, syncWithLatestSolutionVersion: false };
  const service = scriptService({
    describeCampaign: [
      campaign({ campaignConfig }),
      campaign({ campaignConfig }),
      campaign({ campaignConfig }),
      campaign({ campaignConfig, minProvisionedTPS: 3, ...update("ACTIVE", 2) }),
    ],
    updateCampaign: [{ campaignArn: arns.campaign }],
    listTagsForResource,
  });

  await createProvider(campaignKind, service.open).update(arns.campaign, state, { ...inputs, minProvisionedTPS: 3 });

  expect(service.inputs("updateCampaign")).toEqual([
    { campaignArn: arns.campaign, minProvisionedTPS: 3, campaignConfig },
  ]);
});

test("switches columns in answers on and off, and off also when the program says nothing more of them", async () => {
  const change = (before: boolean) => ({
    describeCampaign: [
      ...Array.from({ length: 3 }, () => campaign({ campaignConfig: { enableMetadataWithRecommendations: before } })),
      campaign({ campaignConfig: { enableMetadataWithRecommendations: !before }, ...update("ACTIVE", 2) }),
    ],
    updateCampaign: [{ campaignArn: arns.campaign }],
    listTagsForResource,
  });
  const on = scriptService(change(false));
  const wanted = { ...inputs, enableMetadataWithRecommendations: true };
  const { outs } = await createProvider(campaignKind, on.open).update(arns.campaign, state, wanted);
  expect(on.inputs("updateCampaign")).toMatchObject([{ campaignConfig: { enableMetadataWithRecommendations: true } }]);

  const off = scriptService(change(true));
  const provider = createProvider(campaignKind, off.open);
  const after = await provider.update(arns.campaign, outs, inputs);
  expect(off.inputs("updateCampaign")).toMatchObject([
    { campaignConfig: { enableMetadataWithRecommendations: false } },
  ]);
  expect(await provider.diff(arns.campaign, after.outs, inputs)).toMatchObject({ changes: false });
});

test("an exploration that the program gives no more is kept by the service, and is no difference later", async () => {
  const itemExplorationConfig = { explorationWeight: "0.3", explorationItemAgeCutOff: "30.0" };
  const service = scriptService({
    describeCampaign: [
      campaign({ campaignConfig: { itemExplorationConfig } }),
      campaign({ campaignConfig: { itemExplorationConfig } }),
    ],
    listTagsForResource,
  });
  const provider = createProvider(campaignKind, service.open);
  const { outs } = await provider.update(arns.campaign, { ...state, itemExplorationConfig }, inputs);
  expect(service.inputs("updateCampaign")).toEqual([]);
  expect(await provider.diff(arns.campaign, outs, inputs)).toMatchObject({ changes: false });
});
