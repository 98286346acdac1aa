import { type Column, codeColumns } from "./data/columns";
import { countContexts } from "./data/context";
import { buildCorpus, type Corpus, countsOf, listUsers } from "./data/corpus";
import { TrainingRefused } from "./data/refused";
import { foldsOf } from "./data/split";
import type { TrainedModel, TrainingRequest } from "./data/types";
import { averageNdcg, judge, judgePopularity } from "./measure/judging";
import { computeSolutionMetrics } from "./measure/metrics";
import { indexHistories } from "./model/histories";
import { fitMixture, type Mixture, partNames } from "./model/mixture";
import { fitWeights } from "./model/weights";
import { type Recipe, readRecipe } from "./recipes/recipe";
import { computeTrends, countRecent, measureTrends } from "./recipes/trending";
import type { Inside, OpenModel } from "./serving/trained";
import { updateWithoutTraining } from "./update";

/** Gets the progress of a training: 0–1, and what is being done. */
export type OnProgress = (done: number, what: string) => void;

/** Documented minimums (guide: limits). */
const leastInteractions = 1000;
const leastUsers = 25;
const leastShare = 0.01;

/** The data of one training with what is derived from them once. */
interface Prepared {
  readonly corpus: Corpus;
  readonly columns: readonly Column[];
  readonly request: TrainingRequest;
}

/**
 * Trains one solution version: fits on 90 % of the users, measures the metrics on the others, then
 * fits the served model on all users. The metrics belong to the model of the 90 %; the service's
 * guide mentions no second fit.
 * @throws TrainingRefused when the service would end in CREATE FAILED
 */
export function train(request: TrainingRequest, onProgress: OnProgress = () => {}): TrainedModel {
  const recipe = readRecipe(request.recipe, request.hyperparameters);
  onProgress(0, "reading the interactions");
  const corpus = buildCorpus(request.interactions, request.items.itemIds);
  const withTwo = countUsersWithTwo(corpus);
  if (request.trainingMode === "UPDATE") return updateWithoutTraining(request, corpus);
  refuseTooLittle(corpus, withTwo);
  const prepared = { corpus, columns: codeColumns(corpus.itemIds, request.items), request };

  const { testFold } = request;
  const folds = foldsOf(corpus.userIds, request.seed);
  const everyone = listUsers(corpus);
  const training = everyone.filter((user) => folds[user] !== testFold);
  onProgress(0.2, "weighing what predicts the next item");
  const fitter = fitterOf(recipe, prepared, training);
  onProgress(0.5, "fitting on nine users of ten");
  const counts = countsOf(corpus, training);
  const tested = everyone.filter((user) => folds[user] === testFold);
  const judged = judge(corpus, fitter.fit(training), counts, tested);
  onProgress(0.8, "fitting on all users");
  const model: OpenModel = {
    recipe: request.recipe,
    itemIds: corpus.itemIds,
    metrics: {
      ...computeSolutionMetrics(judged, corpus.itemIds.length),
      ...fitter.ownMetrics?.(training, tested),
    },
    diagnostics: {
      ...fitter.diagnostics,
      rows: corpus.rows,
      interactions: corpus.items.length,
      users: corpus.userIds.length,
      usersWithTwo: withTwo,
      items: corpus.itemIds.length,
      queries: judged.length,
      ...Object.fromEntries(prepared.columns.map(({ name, values }) => [`values/${name}`, values.length])),
      popularityNdcg10: averageNdcg(judgePopularity(judged, counts), 10),
    },
    userCounts: countsOf(corpus, everyone),
    inside: fitter.fit(everyone),
    ...(request.interactions.contexts && { contexts: countContexts(request.interactions, corpus.itemIds) }),
  };
  onProgress(1, "storing the model");
  return model;
}

function countUsersWithTwo({ start }: Corpus): number {
  let count = 0;
  for (let user = 0; user + 1 < start.length; user++) if ((start[user + 1] ?? 0) - (start[user] ?? 0) >= 2) count++;
  return count;
}

function refuseTooLittle(corpus: Corpus, withTwo: number): void {
  const found = corpus.items.length;
  if (found < leastInteractions) {
    throw new TrainingRefused(
      `Insufficient data: ${found} unique interactions after event filtering, at least ${leastInteractions} are needed.`,
    );
  }
  if (withTwo < leastUsers) {
    throw new TrainingRefused(
      `Insufficient data: ${withTwo} users with at least 2 interactions each, at least ${leastUsers} are needed.`,
    );
  }
  const users = corpus.userIds.length;
  if (withTwo < leastShare * users) {
    throw new TrainingRefused(
      `Insufficient data: ${withTwo} of ${users} users have at least 2 interactions, at least 1 % of the users are needed.`,
    );
  }
}

/** Fits a recipe on any users; the weights of a mixture come once, from the training users. */
interface Fitter {
  readonly fit: (users: Int32Array) => Inside;
  readonly diagnostics: Readonly<Record<string, number>>;
  /** The recipe's metrics in addition to those of all recipes. */
  readonly ownMetrics?: (training: Int32Array, tested: Int32Array) => Readonly<Record<string, number>>;
}

function fitterOf(recipe: Recipe, prepared: Prepared, training: Int32Array): Fitter {
  const { corpus, request } = prepared;
  switch (recipe.family) {
    case "mixture":
      return fitterOfMixture(recipe.recency, false, prepared, training);
    case "popularity":
      return { fit: (users) => ({ family: "common-list", values: countsOf(corpus, users) }), diagnostics: {} };
    case "trending": {
      const intervals = { now: request.now, seconds: recipe.windowSeconds };
      const trendsOf = (users: Int32Array) => computeTrends(corpus, users, intervals);
      return {
        fit: (users) => ({ family: "common-list", values: trendsOf(users) }),
        diagnostics: { recentInteractions: countRecent(corpus, intervals) },
        // The guide names the metric in words; the key is in the form of the others (inferred).
        ownMetrics: (training, tested) => ({
          trend_prediction_accuracy: measureTrends(trendsOf(training), corpus, tested, intervals),
        }),
      };
    }
    case "sims":
      return { fit: (users) => ({ ...recipe, histories: indexHistories(corpus, users) }), diagnostics: {} };
    case "similar": {
      const { family, popularityDiscount } = recipe;
      const mixture = fitterOfMixture(false, true, prepared, training);
      return { ...mixture, fit: (users) => ({ family, follows: mixture.fit(users), popularityDiscount }) };
    }
  }
}

/** Predicts the next item from a history or, with `newestOnly`, from its newest item. */
function fitterOfMixture(
  recency: boolean,
  newestOnly: boolean,
  { corpus, columns, request: { seed } }: Prepared,
  training: Int32Array,
) {
  const { weights, events, logLikelihood } = fitWeights(corpus, training, columns, { seed, recency, newestOnly });
  return {
    fit: (users: Int32Array): Mixture => fitMixture(corpus, users, columns, { recency, weights }),
    diagnostics: {
      events,
      logLikelihood,
      gainOverUniform: logLikelihood + Math.log(corpus.itemIds.length),
      ...Object.fromEntries(partNames.map((name, k) => [`weight/${name}`, weights[k] ?? 0])),
    },
  } satisfies Fitter;
}
