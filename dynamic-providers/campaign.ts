import type { Campaign as Described } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import type { Inputs, Kind } from "./resource/kind";
import { completeName, toCanonicalJson } from "./resource/names";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { toTagList } from "./resource/tags";
import { updateInPlace } from "./resource/update-in-place";
import { listAll } from "./service/session";

export interface CampaignArgs extends CommonArgs {
  /**
   * The version with which a new one is created. From then on the retraining chooses it: another
   * version of the same solution changes nothing here. A version of another solution replaces the
   * campaign; the old one serves until the new one does.
   */
  solutionVersionArn: pulumi.Input<string>;
  /**
   * The version of the same solution with which one is created that was there before.
   * @default the state's, or `solutionVersionArn` where it has none
   */
  servingVersionArn?: pulumi.Input<string>;
  /** Requests per second that are always provisioned, and paid for; 1 or more. Changed in place. */
  minProvisionedTPS: pulumi.Input<number>;
  /**
   * Only for User-Personalization v1. Changed in place; without it, the campaign keeps its
   * configuration.
   */
  itemExplorationConfig?: pulumi.Input<{
    /** Share of exploration, 0 to 1, as text. */
    explorationWeight: pulumi.Input<string>;
    /** Items older than this many days are not explored, as text. */
    explorationItemAgeCutOff: pulumi.Input<string>;
  }>;
  /**
   * Item columns in answers, which are charged. Changed in place; without it, the campaign keeps
   * what it has.
   */
  enableMetadataWithRecommendations?: pulumi.Input<boolean>;
  /**
   * Deletes the campaign, which then costs nothing, and keeps its ARN for when it is created again.
   */
  asleep?: pulumi.Input<boolean>;
}

/** As the service returns it, the configuration may have one setting without the other. */
type CampaignInputs = Omit<Inputs<CampaignArgs>, "itemExplorationConfig"> & {
  itemExplorationConfig?: Record<string, string>;
};

const solutionOf = (versionArn: string) => versionArn.replace(/\/[^/]*$/, "");

const identityOf = (name: string, solutionArn: string) => ({ name, solutionVersionArn: solutionArn });

/** The resource's id in the ARN is the name (Service Authorization Reference, `campaign`). */
const toArn = (solutionArn: string, physicalName: string) =>
  solutionArn.replace(/:solution\/.*$/, `:campaign/${physicalName}`);

/** The ARN of a campaign with this `name`, which is known before it is created. */
export const planCampaignArn = (name: string, solutionArn: string) =>
  toArn(solutionArn, completeName(name, identityOf(name, solutionArn)));

export const campaignKind = (): Kind<CampaignInputs, Described> => {
  const toConfig = (config: NonNullable<Described["campaignConfig"]>) =>
    Object.keys(config).length > 0 ? config : undefined;
  const returnsColumns = (seen: Described) => seen.campaignConfig?.enableMetadataWithRecommendations ?? false;
  const readExploration = (seen: Described) => seen.campaignConfig?.itemExplorationConfig ?? {};
  return {
    kind: "Campaign",
    identity: ({ name, solutionVersionArn }) => identityOf(name, solutionOf(solutionVersionArn)),
    settings: ({
      minProvisionedTPS,
      itemExplorationConfig = {},
      enableMetadataWithRecommendations = false,
      asleep = false,
    }) => ({
      minProvisionedTPS,
      itemExplorationConfig,
      enableMetadataWithRecommendations,
      asleep,
    }),
    keptInState: ["solutionVersionArn"],
    toCreate: (news, stored) => ({
      ...news,
      solutionVersionArn: news.servingVersionArn ?? stored.solutionVersionArn,
    }),
    async find({ api }, { solutionVersionArn }, name) {
      const solutionArn = solutionOf(solutionVersionArn);
      const campaigns = await listAll((nextToken) => api.listCampaigns({ solutionArn, nextToken }), "campaigns");
      return campaigns.find((each) => each.name === name)?.campaignArn;
    },
    async create({ api }, inputs, name) {
      const { solutionVersionArn, minProvisionedTPS, itemExplorationConfig, enableMetadataWithRecommendations } =
        inputs;
      const campaignConfig = toConfig({
        ...(itemExplorationConfig && { itemExplorationConfig }),
        ...(enableMetadataWithRecommendations && { enableMetadataWithRecommendations }),
      });
      const tags = toTagList(inputs);
      return (await api.createCampaign({ name, solutionVersionArn, minProvisionedTPS, campaignConfig, tags }))
        .campaignArn;
    },
    arnOf: ({ solutionVersionArn }, name) => toArn(solutionOf(solutionVersionArn), name),
    describe: async ({ api }, campaignArn) => (await api.describeCampaign({ campaignArn })).campaign ?? {},
    delete: ({ api }, campaignArn) => api.deleteCampaign({ campaignArn }),
    readInputs: (seen, given) => ({
      solutionVersionArn: seen.solutionVersionArn ?? "",
      minProvisionedTPS: seen.minProvisionedTPS ?? 1,
      ...(given.itemExplorationConfig && { itemExplorationConfig: readExploration(seen) }),
      ...(given.enableMetadataWithRecommendations !== undefined && {
        enableMetadataWithRecommendations: returnsColumns(seen),
      }),
      // It is there: an interrupted run has created it.
      ...(given.asleep && { asleep: false }),
    }),
    syncSettings(session, properties) {
      const { arn, minProvisionedTPS, itemExplorationConfig, answers } = properties;
      const { enableMetadataWithRecommendations } = properties;
      const { api } = session;
      const expected = answers?.itemExplorationConfig ?? itemExplorationConfig;
      const columnsDiffer = (seen: Described) =>
        enableMetadataWithRecommendations !== undefined && returnsColumns(seen) !== enableMetadataWithRecommendations;
      const explorationDiffers = (seen: Described) =>
        itemExplorationConfig !== undefined && toCanonicalJson(readExploration(seen)) !== toCanonicalJson(expected);
      return updateInPlace(session, {
        describe: async () => (await api.describeCampaign({ campaignArn: arn })).campaign ?? {},
        latestUpdate: (seen) => seen.latestCampaignUpdate,
        isNeeded: (seen) =>
          seen.minProvisionedTPS !== minProvisionedTPS || explorationDiffers(seen) || columnsDiffer(seen),
        // Without a version: sending the serving one could undo a promotion that happens at this
        // moment.
        start(seen) {
          // The whole configuration: AWS does not document whether the service keeps what a request
          // leaves out.
          const campaignConfig = toConfig({
            ...seen.campaignConfig,
            ...(itemExplorationConfig && { itemExplorationConfig }),
            ...(columnsDiffer(seen) && { enableMetadataWithRecommendations }),
          });
          return api.updateCampaign({ campaignArn: arn, minProvisionedTPS, campaignConfig });
        },
      });
    },
  };
};

/**
 * Serves recommendations from a solution version. A campaign costs from its creation to its
 * deletion, so that one that nobody needs for a time can be `asleep`.
 */
export class Campaign extends PersonalizeResource {
  /** The version that served when Pulumi last looked, or before it fell asleep. */
  declare readonly solutionVersionArn: pulumi.Output<string>;

  constructor(name: string, args: CampaignArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "Campaign", timeoutSeconds: 7200 }, name, args, opts);
  }
}
