import type { DataSet } from "../../local/account/services/personalize/recommender/data/data-set";
import { computeNdcg } from "../../local/account/services/personalize/recommender/measure/metrics";
import {
  type Comparison,
  compareQueries,
  judgeFolds,
  mean,
  model,
  ownHistory,
  popularity,
  standardError,
} from "../../local/account/services/personalize/recommender/measure/peers";

/** Enough for a standard error of about .008. */
const enoughQueries = 2000;

/** Compares the model with two that need no training. Returns a line for each, and the verdict in words. */
export function compareModels(set: DataSet): { figures: string[]; verdict: string } {
  const judged = judgeFolds(set, { popularity, "own history": ownHistory, model }, enoughQueries);
  const [popular = [], own = [], trained = []] = Object.values(judged).map((folds) =>
    folds.flat().map((one) => computeNdcg(one, 10)),
  );
  const figures = [popular, own, trained].map(
    (values, k) => `${Object.keys(judged)[k]?.padEnd(12)}  ${interval(mean(values), standardError(values))}`,
  );
  return { figures, verdict: judgeModel(compareQueries(trained, popular), compareQueries(trained, own)) };
}

function judgeModel(overPopularity: Comparison, overOwn: Comparison): string {
  const isBetter = ({ difference, error }: Comparison) => difference > 2 * error;
  if (!isBetter(overPopularity)) {
    return "No skill found: the difference from popularity can be chance. Do not pay for a training on these data; look for missing events, wrong times or mixed-up ids first.";
  }
  const found = `Skill found: the users' past events predict their next choices better than popularity does, by ${interval(overPopularity.difference, overPopularity.error)}.`;
  return isBetter(overOwn) ? found : `${found} But so does a list of each user's own items: they mostly come back.`;
}

/** A value with half a 95 % confidence interval. */
const interval = (value: number, error: number): string => `${value.toFixed(3)} ± ${(1.96 * error).toFixed(3)}`;
