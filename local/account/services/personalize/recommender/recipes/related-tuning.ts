import type { Corpus } from "../data/corpus";
import { foldsOf } from "../data/split";
import { averageNdcg, judge } from "../measure/judging";
import { countsOf } from "../stage1/item-model";
import type { SimsRecipe } from "./recipe";
import { fitRelated } from "./related";

/**
 * The candidate of highest NDCG@25, the first of equals. One training user in ten is asked, by fits on the other nine: the
 * users on whom the version is measured are not read.
 */
export function tuneRelated(
  corpus: Corpus,
  training: Int32Array,
  seed: number,
  candidates: readonly SimsRecipe[],
): SimsRecipe {
  const folds = foldsOf(corpus.userIds, seed + 1);
  const asked = training.filter((user) => folds[user] === 0);
  const others = training.filter((user) => folds[user] !== 0);
  const counts = countsOf(corpus, others);
  const judged = candidates.map((candidate) => {
    const { popularityDiscount, minCoInteractions } = candidate;
    const inside = fitRelated(corpus, others, counts, popularityDiscount, minCoInteractions);
    return { candidate, ndcg25: averageNdcg(judge(corpus, inside, counts, asked), 25) };
  });
  return judged.reduce((best, one) => (one.ndcg25 > best.ndcg25 ? one : best)).candidate;
}
