import type { CampaignConfig } from "@aws-sdk/client-personalize";
import { invalidInput, notFound } from "../faults";
import { type Recipe, type RequestMember, recipeArn } from "../recipes/catalogue";
import { findRecipe } from "../recipes/find-recipe";
import { eventSelection } from "../recipes/solution-config";
import { type UseCase, useCases } from "../recipes/use-cases";
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
  /** The recommender's; absent for a campaign or a batch job. */
  readonly useCase: UseCase | undefined;
  /** The members that a request must have. */
  readonly asksFor: readonly RequestMember[];
  readonly model: TrainedModel;
  readonly interactions: InteractionsDataset;
  /** `itemExplorationConfig` of the campaign or batch job. */
  readonly exploration: Readonly<Record<string, string>>;
  /** True if responses may contain metadata. */
  readonly withMetadata: boolean;
}

/** The settings of what serves. */
type Settings = Pick<CampaignConfig, "itemExplorationConfig" | "enableMetadataWithRecommendations">;

/**
 * Finds what a campaign or a recommender serves. Throws ResourceNotFoundException unless it exists
 * and has a version; of a recommender also unless it is ACTIVE (guide, "Stopping a recommender": it
 * cannot be used then; the error is inferred).
 */
export function servingOf(
  state: PersonalizeState,
  { campaignArn, recommenderArn }: { campaignArn?: string | undefined; recommenderArn?: string | undefined },
): Serving {
  if (recommenderArn === undefined) {
    const campaign = state.campaigns.find(campaignArn);
    if (!campaign.serving) throw notFound("An ACTIVE campaign", campaign.arn);
    return serve(state, campaign.serving, campaign.config);
  }
  const { arn, serving, status, solution, useCase, config } = state.recommenders.find(recommenderArn);
  if (!serving || status !== "ACTIVE") throw notFound("An ACTIVE recommender", arn);
  return prepare(state, { solution, version: serving, useCase: useCases.get(useCase) }, config);
}

/** Prepares a version for serving, with the settings of a campaign or a batch job. */
export const serve = (state: PersonalizeState, version: SolutionVersion, config: Settings): Serving =>
  prepare(state, { solution: state.solutions.find(version.solutionArn), version, useCase: undefined }, config);

function prepare(
  state: PersonalizeState,
  { solution, version, useCase }: Pick<Serving, "solution" | "version" | "useCase">,
  config: Settings,
): Serving {
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
    useCase,
    asksFor: useCase?.asksFor ?? recipe.asksFor,
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
