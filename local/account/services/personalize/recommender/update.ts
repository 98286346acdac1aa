import { codeColumns } from "./data/columns";
import { countContexts } from "./data/context";
import { type Corpus, countsOf, listUsers } from "./data/corpus";
import { TrainingRefused } from "./data/refused";
import type { TrainedModel, TrainingRequest } from "./data/types";
import { fitMixture } from "./model/mixture";
import { readRecipe } from "./recipes/recipe";
import { computeTrends, countRecent } from "./recipes/trending";
import { type Inside, type OpenModel, open } from "./serving/trained";

/**
 * Training mode UPDATE: reads items and interactions again, with the weights of the earlier
 * version. Trends are evaluated again. No metrics.
 * @throws TrainingRefused without a version to start from
 */
export function updateWithoutTraining(request: TrainingRequest, corpus: Corpus): TrainedModel {
  const before = request.previous && open(request.previous);
  const users = listUsers(corpus);
  return {
    recipe: request.recipe,
    itemIds: corpus.itemIds,
    metrics: {},
    userCounts: countsOf(corpus, users),
    ...updateInside(before, request, corpus, users),
    ...(request.interactions.contexts && { contexts: countContexts(request.interactions, corpus.itemIds) }),
  } satisfies TrainedModel;
}

function updateInside(
  before: OpenModel | undefined,
  request: TrainingRequest,
  corpus: Corpus,
  users: Int32Array,
): { inside: Inside; diagnostics: Record<string, number> } {
  const recipe = readRecipe(request.recipe, request.hyperparameters);
  if (before && recipe.family === "trending") {
    const intervals = { now: request.now, seconds: recipe.windowSeconds };
    return {
      inside: { family: "common-list", values: computeTrends(corpus, users, intervals) },
      diagnostics: { ...before.diagnostics, recentInteractions: countRecent(corpus, intervals) },
    };
  }
  if (before?.inside.family !== "mixture") {
    throw new TrainingRefused("Training mode UPDATE needs an earlier FULL version of a User-Personalization solution.");
  }
  return {
    inside: fitMixture(corpus, users, codeColumns(corpus.itemIds, request.items), before.inside),
    diagnostics: {
      ...before.diagnostics,
      rows: corpus.rows,
      interactions: corpus.items.length,
      users: users.length,
      items: corpus.itemIds.length,
      newItems: corpus.itemIds.length - before.itemIds.length,
    },
  };
}
