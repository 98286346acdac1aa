import type { DataSet } from "./data-set";
import { compareQueries, mean, standardError, tenFolds } from "./judge";
import { createBlend, ownHistory, popularity } from "./peers";

export type Skill = ReturnType<typeof measureSkill>;

/**
 * Measures the model's advantage over popularity. Ten folds: every user is a test user once, for a model that was trained
 * without them. `asked` folds are evaluated.
 */
export function measureSkill(set: DataSet, onFold?: (fold: number) => void, asked = 10) {
  const nats: number[] = [];
  const figures = tenFolds(
    set,
    { popularity, "own history": ownHistory, model: createBlend((gain) => nats.push(gain)) },
    onFold,
    asked,
  );
  const overPopularity = compareQueries(figures.model?.ndcg10 ?? [], figures.popularity?.ndcg10 ?? []);
  return {
    /** Values for each query, by model. */
    figures,
    queries: figures.model?.ndcg10.length ?? 0,
    /** NDCG@10 of the model minus that of popularity over the same queries, and its standard error. */
    overPopularity,
    /** The model's advantage over chance in predicting choices of unseen users: mean over the folds, in nats per event. */
    natsOverUniform: mean(nats),
    found: overPopularity.difference > 2 * overPopularity.error,
  };
}

export type GateAdvice = ReturnType<typeof gateAdvice>;

/** The differences that a training's gate can detect on such data. All in NDCG@5. */
export function gateAdvice({ figures, queries }: Pick<Skill, "figures" | "queries">, users: number) {
  const error = 0.35 / Math.sqrt(users / 10);
  const ndcg5 = figures.model?.ndcg5 ?? [];
  const measuredError = (standardError(ndcg5) * Math.sqrt(queries)) / Math.sqrt(queries / 10);
  return {
    /** The error of one training's metric: a tenth of the users are test users; queries' NDCG@5 has a spread of about .35. */
    standardError: error,
    /** The same with the measured spread. */
    measuredError,
    /** With a lower value popularity can pass by chance. */
    promotionThreshold: roundUp(mean(figures.popularity?.ndcg5 ?? []) + 2 * measuredError),
    /** The model's own value: a threshold above it would reject every version. */
    reached: mean(ndcg5),
    /** With a lower value good versions can fail by chance. */
    allowedMetricDrop: roundUp(2 * measuredError),
  };
}

/** Rounds up to a multiple of .005. */
const roundUp = (value: number): number => Math.ceil(value * 200) / 200;
