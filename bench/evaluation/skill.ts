import type { DataSet } from "../recommender/data";
import { type Figures, mean, paired, standardError, tenFolds } from "../recommender/judge";
import { blendHeard, ownHistory, popularity } from "../recommender/peers";

/** What the model finds in a data set beyond what is popular. */
export interface Skill {
  /** By model, query by query. */
  readonly figures: Readonly<Record<string, Figures>>;
  readonly queries: number;
  /** NDCG@10 of the model minus that of popularity over the same queries, and its standard error. */
  readonly overPopularity: { readonly difference: number; readonly error: number };
  /** How much likelier than by chance the model makes what unseen users choose; mean over the folds, in nats per event. */
  readonly natsOverUniform: number;
  /** Whether the difference is more than two standard errors above 0. */
  readonly found: boolean;
}

/** Ten folds: every user is asked once, by a model that never saw them. */
export function measureSkill(set: DataSet, onFold?: (fold: number) => void): Skill {
  const nats: number[] = [];
  const figures = tenFolds(
    set,
    { popularity, "own history": ownHistory, model: blendHeard((gain) => nats.push(gain)) },
    onFold,
  );
  const overPopularity = paired(figures.model?.ndcg10 ?? [], figures.popularity?.ndcg10 ?? []);
  return {
    figures,
    queries: figures.model?.ndcg10.length ?? 0,
    overPopularity,
    natsOverUniform: mean(nats),
    found: overPopularity.difference > 2 * overPopularity.error,
  };
}

/** What a training's gate can tell apart on such data. All in NDCG@5. */
export interface GateAdvice {
  /** Of one training's metric: a tenth of the users is asked, and one query's NDCG@5 spreads by about .35. */
  readonly standardError: number;
  /** The same from the spread that was measured here. */
  readonly measuredError: number;
  /** Below it popularity passes by luck. */
  readonly promotionThreshold: number;
  /** Below it good versions fail by chance. */
  readonly allowedMetricDrop: number;
}

export function gateAdvice({ figures, queries }: Skill, users: number): GateAdvice {
  const error = 0.35 / Math.sqrt(users / 10);
  const own = figures.model?.ndcg5 ?? [];
  const measuredError = (standardError(own) * Math.sqrt(queries)) / Math.sqrt(queries / 10);
  return {
    standardError: error,
    measuredError,
    promotionThreshold: roundUp(mean(figures.popularity?.ndcg5 ?? []) + 2 * measuredError),
    allowedMetricDrop: roundUp(2 * measuredError),
  };
}

/** To the next .005. */
const roundUp = (value: number): number => Math.ceil(value * 200) / 200;
