import type { CampaignConfig } from "@aws-sdk/client-personalize";
import { invalidInput, notFound } from "../faults";
import { type Recipe, recipeArn } from "../recipes/catalogue";
import { findRecipe } from "../recipes/find-recipe";
import { eventSelection } from "../recipes/solution-config";
import type { HistoryEvent, TrainedModel } from "../recommender/data/types";
import {
  type InteractionsDataset,
  interactionsDataset,
  type PersonalizeState,
  type Solution,
  type SolutionVersion,
} from "../state/state";
import { historyOf } from "./histories";

/** Histories are as long as the model can read. */
const historyLength = 200;

/** A version with everything that its responses depend on. */
export interface Serving {
  readonly state: PersonalizeState;
  readonly groupArn: string;
  readonly version: SolutionVersion;
  readonly solution: Solution;
  readonly recipe: Recipe;
  readonly model: TrainedModel;
  readonly interactions: InteractionsDataset;
  /** `itemExplorationConfig` of the campaign or batch job. */
  readonly exploration: Readonly<Record<string, string>>;
  /** True if responses may contain metadata. */
  readonly withMetadata: boolean;
}

/**
 * Finds what a campaign serves. Throws ResourceNotFoundException unless the campaign exists and has
 * a version.
 */
export function servingOf(state: PersonalizeState, campaignArn: string | undefined): Serving {
  const campaign = state.campaigns.find(campaignArn);
  if (!campaign.serving) throw notFound("An ACTIVE campaign", campaign.arn);
  return serve(state, campaign.serving, campaign.config);
}

/** Prepares a version for serving, with the settings of a campaign or a batch job. */
export function serve(
  state: PersonalizeState,
  version: SolutionVersion,
  config: Pick<CampaignConfig, "itemExplorationConfig" | "enableMetadataWithRecommendations">,
): Serving {
  const solution = state.solutions.find(version.solutionArn);
  const recipe = findRecipe(recipeArn(solution.recipe));
  const interactions = interactionsDataset(state, solution.groupArn);
  if (!interactions) throw invalidInput(`DatasetGroup ${solution.groupArn} has no Interactions dataset any more.`);
  if (!version.model) throw invalidInput(`SolutionVersion ${version.arn} is ${version.status}; it must be ACTIVE.`);
  return {
    state,
    groupArn: solution.groupArn,
    version,
    solution,
    recipe,
    model: version.model,
    interactions,
    exploration: config.itemExplorationConfig ?? {},
    withMetadata: recipe.metadataIncluded || config.enableMetadataWithRecommendations === true,
  };
}

/** Finds what the model may know about a user or session: the events that its solution selects. */
export function historyFor({ interactions, version, solution }: Serving, id: string | undefined): HistoryEvent[] {
  if (id === undefined || !version.snapshot) return [];
  return historyOf(interactions.data, {
    id,
    snapshot: version.snapshot,
    accepts: eventSelection(solution.eventType, version.config),
    limit: historyLength,
  });
}
