import type { DataSet } from "./data-set";
import { compareQueries, type Figures, mean, standardError, tenFolds } from "./judge";
import { createBlend, ownHistory, popularity } from "./peers";

/** The model's advantage over popularity on a data set. */
export interface Skill {
  /** Values for each query, by model. */
  readonly figures: Readonly<Record<string, Figures>>;
  readonly queries: number;
  /** NDCG@10 of the model minus that of popularity over the same queries, and its standard error. */
  readonly overPopularity: { readonly difference: number; readonly error: number };
  /** The model's advantage over chance in predicting choices of unseen users: mean over the folds, in nats per event. */
  readonly natsOverUniform: number;
  /** The difference is more than two standard errors above 0. */
  readonly found: boolean;
}

/** Ten folds: every user is a test user once, for a model that was trained without them. `asked` folds are evaluated. */
export function measureSkill(set: DataSet, onFold?: (fold: number) => void, asked = 10): Skill {
  const nats: number[] = [];
  const figures = tenFolds(
    set,
    { popularity, "own history": ownHistory, model: createBlend((gain) => nats.push(gain)) },
    onFold,
    asked,
  );
  const overPopularity = compareQueries(figures.model?.ndcg10 ?? [], figures.popularity?.ndcg10 ?? []);
  return {
    figures,
    queries: figures.model?.ndcg10.length ?? 0,
    overPopularity,
    natsOverUniform: mean(nats),
    found: overPopularity.difference > 2 * overPopularity.error,
  };
}

/** The differences that a training's gate can detect on such data. All in NDCG@5. */
export interface GateAdvice {
  /** The error of one training's metric: a tenth of the users are test users; queries' NDCG@5 has a spread of about .35. */
  readonly standardError: number;
  /** The same with the measured spread. */
  readonly measuredError: number;
  /** With a lower value popularity can pass by chance. */
  readonly promotionThreshold: number;
  /** The model's own value: a threshold above it would reject every version. */
  readonly reached: number;
  /** With a lower value good versions can fail by chance. */
  readonly allowedMetricDrop: number;
}

export function gateAdvice({ figures, queries }: Skill, users: number): GateAdvice {
  const error = 0.35 / Math.sqrt(users / 10);
  const ndcg5 = figures.model?.ndcg5 ?? [];
  const measuredError = (standardError(ndcg5) * Math.sqrt(queries)) / Math.sqrt(queries / 10);
  return {
    standardError: error,
    measuredError,
    promotionThreshold: roundUp(mean(figures.popularity?.ndcg5 ?? []) + 2 * measuredError),
    reached: mean(ndcg5),
    allowedMetricDrop: roundUp(2 * measuredError),
  };
}

/** Rounds up to a multiple of .005. */
const roundUp = (value: number): number => Math.ceil(value * 200) / 200;
