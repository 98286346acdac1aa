import type { CampaignConfig } from "@aws-sdk/client-personalize";
import { notImplemented } from "../../../aws/fault";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type CampaignUpdates, isUpdating, refuseWrongCampaign, resolveVersion } from "../background/campaign-update";
import { arnOf, type Context, type Input } from "../context";
import { inUse, invalidInput } from "../faults";
import type { Begin } from "../state/lifecycle";
import { listPage, notBegun, progress, refuseBusy } from "../state/registry";
import type { Campaign, PersonalizeState, SolutionVersion } from "../state/state";
import { addTagged } from "./tags";

export function campaignHandlers(context: Context, updates: CampaignUpdates) {
  const { store, lifecycle } = context;
  const create = lifecycle.step<Deployment>({
    takes: "campaign",
    finish({ campaign, version }) {
      campaign.serving = version;
    },
  });
  const remove = lifecycle.removal<{ state: PersonalizeState; arn: string }>(({ state, arn }) => {
    state.campaigns.delete(arn);
    state.tags.delete(arn);
  });
  const summary = (campaign: Campaign) => ({
    name: campaign.name,
    campaignArn: campaign.arn,
    ...progress(campaign),
  });

  return {
    CreateCampaign: (input, call) => createCampaign(context, create, input, call),

    DescribeCampaign({ campaignArn }, call) {
      const campaign = store.of(call).campaigns.find(campaignArn);
      const { latestUpdate } = campaign;
      return {
        campaign: {
          ...summary(campaign),
          ...settings(campaign),
          ...(latestUpdate && {
            latestCampaignUpdate: {
              ...settings(latestUpdate),
              ...progress(latestUpdate),
            },
          }),
        },
      };
    },

    ListCampaigns(input, call) {
      const state = store.of(call);
      const solution = state.solutions.narrowing(input.solutionArn);
      const found = state.campaigns.where(
        ({ versionArn }) => solution === undefined || versionArn.startsWith(`${solution.arn}/`),
      );
      const { items, nextToken } = listPage(found, input);
      return { campaigns: items.map(summary), nextToken };
    },

    UpdateCampaign: (input, call) => updateCampaign(context, updates, input, call),

    DeleteCampaign({ campaignArn }, call) {
      const state = store.of(call);
      const campaign = state.campaigns.find(campaignArn);
      refuseBusy(campaign, "Campaign");
      if (isUpdating(campaign)) {
        throw inUse(`Campaign ${campaign.arn} is being updated; wait until its latest update has ended.`);
      }
      remove(campaign, `campaign ${campaign.name}`, { state, arn: campaign.arn });
      return {};
    },
  } satisfies Handlers<Clients["personalize"]>;
}

interface Deployment {
  readonly campaign: Campaign;
  readonly version: SolutionVersion;
}

function createCampaign(
  { host, store, quotas }: Context,
  create: Begin<Deployment>,
  { name = "", solutionVersionArn = "", minProvisionedTPS = 1, campaignConfig = {}, tags }: Input<"CreateCampaign">,
  call: Call,
) {
  const state = store.of(call);
  const arn = arnOf(call, `campaign/${name}`);
  state.campaigns.refuseTaken(arn);
  const version = resolveVersion(state, solutionVersionArn);
  const solution = state.solutions.find(version.solutionArn);
  state.campaigns.refuseOver(quotas.campaigns, solution.groupArn, ({ groupArn }) => groupArn === solution.groupArn);
  refuseUnimplemented(campaignConfig);
  refuseWrongCampaign(solution, solutionVersionArn, campaignConfig);
  const campaign: Campaign = addTagged(state, tags, state.campaigns, {
    arn,
    name,
    groupArn: solution.groupArn,
    versionArn: solutionVersionArn,
    minProvisionedTPS,
    config: campaignConfig,
    ...notBegun(host),
  });
  create(campaign, `campaign ${name}`, { campaign, version });
  return { campaignArn: arn };
}

function updateCampaign(
  context: Context,
  updates: CampaignUpdates,
  { campaignArn, solutionVersionArn, minProvisionedTPS, campaignConfig }: Input<"UpdateCampaign">,
  call: Call,
) {
  const { store } = context;
  const state = store.of(call);
  const campaign = state.campaigns.find(campaignArn);
  if (campaign.status !== "ACTIVE" && campaign.status !== "CREATE FAILED") {
    throw inUse(`Campaign ${campaign.arn} is ${campaign.status}; it must be ACTIVE or CREATE FAILED to be updated.`);
  }
  if (isUpdating(campaign)) {
    throw inUse(`Campaign ${campaign.arn} is being updated; wait until its latest update has ended.`);
  }
  const versionArn = solutionVersionArn ?? campaign.versionArn;
  const kept = context.undocumented.updateWithoutConfig === "resets" ? {} : campaign.config;
  const config = campaignConfig ?? kept;
  const version = resolveVersion(state, versionArn);
  const solution = state.solutions.find(version.solutionArn);
  if (solution.groupArn !== campaign.groupArn) {
    throw invalidInput(`SolutionVersion ${version.arn} belongs to another dataset group than ${campaign.arn}.`);
  }
  refuseUnimplemented(config);
  refuseWrongCampaign(solution, versionArn, config);
  updates.start(campaign, version, {
    versionArn,
    minProvisionedTPS: minProvisionedTPS ?? campaign.minProvisionedTPS,
    config,
  });
  return { campaignArn: campaign.arn };
}

const settings = (of: { versionArn: string; minProvisionedTPS: number; config: CampaignConfig }) => ({
  solutionVersionArn: of.versionArn,
  minProvisionedTPS: of.minProvisionedTPS,
  campaignConfig: of.config,
});

/** The model does not support ranking influence. */
function refuseUnimplemented({ rankingInfluence }: CampaignConfig): void {
  if (Object.values(rankingInfluence ?? {}).some((weight) => weight !== 0)) {
    throw notImplemented("personalize: campaignConfig.rankingInfluence");
  }
}
