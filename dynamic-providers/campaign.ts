import type { Campaign as Described } from "@aws-sdk/client-personalize";
import * as pulumi from "@pulumi/pulumi";
import { aName, aNumberText, anArn, aWholeNumber, checked } from "./checks/rules";
import { isUnknown } from "./checks/unknown";
import type { CommonInputs, Kind } from "./resource/kind";
import { canonical } from "./resource/names";
import { owner, withDefaultTags } from "./resource/owner";
import { lifecycle } from "./resource/provider";
import { tagList } from "./resource/tags";
import { changeInPlace } from "./resource/update-in-place";
import { listAll, type Open, openSession } from "./service/session";

/** A deployed solution version. */
export interface CampaignArgs {
  /** Stem of the name in the service, which a hash of the solution completes. Changing this replaces the campaign. */
  name: pulumi.Input<string>;
  /**
   * The version to begin with. From then on the retraining owns it: another version of the same solution changes
   * nothing here. A version of another solution replaces the campaign; the old one serves until the new one does.
   */
  solutionVersionArn: pulumi.Input<string>;
  /** Requests per second that are always provisioned, and paid for; 1 or more. Changed in place. */
  minProvisionedTPS: pulumi.Input<number>;
  /** Only for User-Personalization v1. Changed in place; left out, the campaign keeps what it has. */
  itemExplorationConfig?: pulumi.Input<{
    /** Share of exploration, 0 to 1, as text. */
    explorationWeight: pulumi.Input<string>;
    /** Items older than this many days are not explored, as text. */
    explorationItemAgeCutOff: pulumi.Input<string>;
  }>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** ARN of an existing resource to take over; its replacing inputs must agree. Take it out after one `pulumi up`. */
  importArn?: pulumi.Input<string>;
  /** How long one create, update or delete may take. @default 7200 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The resolved inputs. */
export interface CampaignInputs extends CommonInputs {
  solutionVersionArn: string;
  minProvisionedTPS: number;
  itemExplorationConfig?: Record<string, string>;
}

const campaign = (): Kind<CampaignInputs, Described> => {
  const solutionOf = (versionArn: string) => versionArn.replace(/\/[^/]*$/, "");
  const explorationOf = (seen: Described) => seen.campaignConfig?.itemExplorationConfig ?? {};
  return {
    kind: "Campaign",
    identity: ({ name, solutionVersionArn }) => ({ name, solutionVersionArn: solutionOf(solutionVersionArn) }),
    settings: ({ minProvisionedTPS, itemExplorationConfig = {} }) => ({ minProvisionedTPS, itemExplorationConfig }),
    kept: ["solutionVersionArn"],
    async find({ api }, { solutionVersionArn }, name) {
      const solutionArn = solutionOf(solutionVersionArn);
      const campaigns = await listAll(
        (nextToken) => api.listCampaigns({ solutionArn, nextToken }),
        (page) => page.campaigns,
      );
      return campaigns.find((each) => each.name === name)?.campaignArn;
    },
    async make({ api }, inputs, name) {
      const { solutionVersionArn, minProvisionedTPS, itemExplorationConfig } = inputs;
      const campaignConfig = itemExplorationConfig && { itemExplorationConfig };
      const tags = tagList(inputs);
      return (await api.createCampaign({ name, solutionVersionArn, minProvisionedTPS, campaignConfig, tags }))
        .campaignArn;
    },
    describe: async ({ api }, campaignArn) => (await api.describeCampaign({ campaignArn })).campaign ?? {},
    destroy: ({ api }, campaignArn) => api.deleteCampaign({ campaignArn }),
    observed: (seen, given) => ({
      solutionVersionArn: seen.solutionVersionArn ?? "",
      minProvisionedTPS: seen.minProvisionedTPS ?? 1,
      ...(given.itemExplorationConfig && { itemExplorationConfig: explorationOf(seen) }),
    }),
    nameOf: (seen) => seen.name,
    sync(session, { arn, minProvisionedTPS, itemExplorationConfig, answers }) {
      const { api } = session;
      const expected = answers?.itemExplorationConfig ?? itemExplorationConfig;
      const isOther = (seen: Described) =>
        itemExplorationConfig && canonical(explorationOf(seen)) !== canonical(expected);
      return changeInPlace(
        session,
        async () => (await api.describeCampaign({ campaignArn: arn })).campaign ?? {},
        (seen) => seen.latestCampaignUpdate,
        (seen) => seen.minProvisionedTPS !== minProvisionedTPS || isOther(seen) === true,
        // Without a version: naming the one that serves now could undo a promotion made in this moment.
        (seen) => {
          // Always all of it: whether the service keeps what a request leaves out is not documented.
          const config = { ...seen.campaignConfig, ...(itemExplorationConfig && { itemExplorationConfig }) };
          const campaignConfig = Object.keys(config).length > 0 ? config : undefined;
          return api.updateCampaign({ campaignArn: arn, minProvisionedTPS, campaignConfig });
        },
      );
    },
  };
};

/** The provider over any way to open a session. */
export function campaignProviderOn(open: Open) {
  return lifecycle(campaign, open, async (_olds, news) =>
    checked(news, {
      name: aName(),
      solutionVersionArn: anArn("solution/[^/]+"),
      minProvisionedTPS: aWholeNumber(1),
      itemExplorationConfig(value) {
        const rules = { explorationWeight: aNumberText(0, 1), explorationItemAgeCutOff: aNumberText(0, 1e6) };
        return Object.entries((value ?? {}) as Record<string, unknown>).flatMap(([key, text]) => {
          const rule = Object.entries(rules).find(([name]) => name === key)?.[1];
          if (!rule) return [`${key}: only explorationWeight and explorationItemAgeCutOff are known.`];
          return isUnknown(text) ? [] : rule(text).map((reason) => `${key}: ${reason}`);
        });
      },
    }),
  );
}

const campaignProvider = campaignProviderOn(openSession);

/** What answers requests for recommendations. It costs from creation to deletion. */
export class Campaign extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; the output of that name would not. */
  readonly arn: pulumi.Output<string>;
  /** The name in the service. */
  declare readonly physicalName: pulumi.Output<string>;
  /** The version that served when Pulumi last looked. */
  declare readonly solutionVersionArn: pulumi.Output<string>;

  constructor(name: string, args: CampaignArgs, opts?: pulumi.CustomResourceOptions) {
    const { tags = {}, timeoutSeconds = 7200 } = args;
    const outputs = { physicalName: undefined };
    const common = { tags: withDefaultTags(tags), timeoutSeconds, ...owner(name, opts), providerVersion: "2" };
    super(campaignProvider, name, { ...args, ...common, ...outputs }, opts, "personalize", "Campaign");
    this.arn = this.id;
  }
}
