import type { CampaignConfig } from "@aws-sdk/client-personalize";
import type { Caller } from "../../../host/service";
import type { Context } from "../context";
import { invalidInput } from "../faults";
import { type Recipe, recipeArn } from "../recipes/catalogue";
import { findRecipe } from "../recipes/find-recipe";
import { requireActive } from "../state/registry";
import type { Campaign, PersonalizeState, Solution, SolutionVersion } from "../state/state";

const latest = "/$LATEST";

/** The version that a campaign will serve. Throws unless it exists and is ACTIVE. */
export function resolveVersion(state: PersonalizeState, versionArn: string): SolutionVersion {
  if (!versionArn.endsWith(latest)) return requireActive(state.versions.find(versionArn), "SolutionVersion");
  const solution = state.solutions.find(versionArn.slice(0, -latest.length));
  const newest = state.versions
    .where(({ solutionArn, status }) => solutionArn === solution.arn && status === "ACTIVE")
    .at(-1);
  if (!newest) throw invalidInput(`Solution ${solution.arn} has no ACTIVE version for ${versionArn}.`);
  return newest;
}

/** Refuses settings that do not fit the version's recipe or ARN. */
export function refuseWrongCampaign(solution: Solution, versionArn: string, config: CampaignConfig): void {
  const recipe = findRecipe(recipeArn(solution.recipe));
  const isLatest = versionArn.endsWith(latest);
  if (config.syncWithLatestSolutionVersion && !isLatest) {
    throw invalidInput(
      `campaignConfig.syncWithLatestSolutionVersion needs solutionVersionArn to be ${solution.arn}${latest}.`,
    );
  }
  if (isLatest && !config.syncWithLatestSolutionVersion) {
    throw invalidInput(
      `solutionVersionArn ${versionArn} needs campaignConfig.syncWithLatestSolutionVersion to be true.`,
    );
  }
  refuseWrongExploration(recipe, config.itemExplorationConfig, "campaignConfig");
}

/** The least and the largest value of each setting (guide, "User-Personalization recipe"). */
const explorationLimits = new Map([
  ["explorationWeight", [0, 1]],
  ["explorationItemAgeCutOff", [1, Number.MAX_VALUE]],
]);

/** `owner`: the member that contains the settings, for the message. */
export function refuseWrongExploration(
  recipe: Recipe,
  exploration: Readonly<Record<string, string>> | undefined,
  owner: string,
): void {
  if (!exploration) return;
  if (!recipe.takesExploration) {
    throw invalidInput(`${owner}.itemExplorationConfig is not valid for the recipe ${recipe.name}.`);
  }
  for (const [key, text] of Object.entries(exploration)) {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    const limit = explorationLimits.get(key);
    if (limit === undefined) {
      throw invalidInput(`${owner}.itemExplorationConfig.${key} is not a setting of exploration.`);
    }
    const [least = 0, most = 0] = limit;
    if (!(value >= least && value <= most)) {
      const range = key === "explorationWeight" ? "a number from 0 to 1" : "a number of days, 1 or more";
      throw invalidInput(`${owner}.itemExplorationConfig.${key} is "${text}"; it must be ${range}.`);
    }
  }
}

export const isUpdating = ({ latestUpdate }: Campaign) =>
  latestUpdate !== undefined && /^CREATE (?:PENDING|IN_PROGRESS)$/.test(latestUpdate.status);

type Target = Pick<NonNullable<Campaign["latestUpdate"]>, "versionArn" | "minProvisionedTPS" | "config">;

/** Updates of campaigns, by a user or because they follow a solution. */
export interface CampaignUpdates {
  /** Starts an update: the campaign serves as before until it is ACTIVE. */
  start(campaign: Campaign, version: SolutionVersion, to: Target): void;
  /**
   * Deploys a new ACTIVE version to every campaign that follows its solution (guide, "Automatic
   * campaign updates").
   */
  followLatest(call: Caller, version: SolutionVersion): void;
}

interface Update {
  readonly campaign: Campaign;
  readonly version: SolutionVersion;
  readonly update: NonNullable<Campaign["latestUpdate"]>;
}

export function createCampaignUpdates({ host, store, lifecycle }: Context): CampaignUpdates {
  const begin = lifecycle.step<Update>({
    takes: "campaign",
    finish({ campaign, version, update }) {
      campaign.versionArn = update.versionArn;
      campaign.minProvisionedTPS = update.minProvisionedTPS;
      campaign.config = update.config;
      campaign.serving = version;
      delete campaign.failureReason;
      lifecycle.move(campaign, "ACTIVE");
    },
  });

  const start: CampaignUpdates["start"] = (campaign, version, { versionArn, minProvisionedTPS, config }) => {
    const now = host.clock.now();
    const update = { versionArn, minProvisionedTPS, config, status: "", created: now, updated: now };
    campaign.latestUpdate = update;
    begin(update, `the update of campaign ${campaign.name}`, { campaign, version, update });
  };

  return {
    start,
    followLatest(call, version) {
      const followed = `${version.solutionArn}${latest}`;
      const campaigns = store
        .of(call)
        .campaigns.where(
          ({ versionArn, status, config }) =>
            versionArn === followed && status === "ACTIVE" && config.syncWithLatestSolutionVersion === true,
        );
      for (const campaign of campaigns) if (!isUpdating(campaign)) start(campaign, version, campaign);
    },
  };
}
