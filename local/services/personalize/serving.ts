import { invalidInput, notFound } from "./faults";
import { historyOf } from "./histories";
import { type Recipe, recipes } from "./recipe-catalogue";
import type { HistoryEvent, TrainedModel } from "./recommender/types";
import { eventSelection } from "./solution-config";
import {
  type Campaign,
  type InteractionsDataset,
  interactionsDataset,
  type PersonalizeState,
  type Solution,
  type SolutionVersion,
} from "./state";

/** Histories are as long as the model can read. */
const historyLength = 200;

/** A campaign with all that its answers come from. */
export interface Serving {
  readonly state: PersonalizeState;
  readonly campaign: Campaign;
  readonly version: SolutionVersion;
  readonly solution: Solution;
  readonly recipe: Recipe;
  readonly model: TrainedModel;
  readonly interactions: InteractionsDataset;
}

/** The campaign's parts. Throws ResourceNotFoundException unless it is there and has a version to answer with. */
export function servingOf(state: PersonalizeState, campaignArn: string | undefined): Serving {
  const campaign = state.campaigns.find(campaignArn);
  const version = campaign.serving;
  const solution = version && state.solutions.get(version.solutionArn);
  const recipe = solution && recipes.get(solution.recipe);
  if (!version?.model || !recipe) throw notFound(`An ACTIVE campaign`, campaign.arn);
  const interactions = interactionsDataset(state, campaign.groupArn);
  if (!interactions) throw invalidInput(`DatasetGroup ${campaign.groupArn} has no Interactions dataset any more.`);
  return { state, campaign, version, solution, recipe, model: version.model, interactions };
}

/** What the model may know of a user or session: the events that its solution selects. */
export function historyFor({ interactions, version, solution }: Serving, id: string | undefined): HistoryEvent[] {
  if (id === undefined || !version.snapshot) return [];
  return historyOf(interactions.data, {
    id,
    snapshot: version.snapshot,
    accepts: eventSelection(solution.eventType, version.config),
    limit: historyLength,
  });
}
