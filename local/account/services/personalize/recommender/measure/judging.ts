import type { Corpus } from "../data/corpus";
import { queriesOf } from "../data/split";
import { selectBest } from "../data/top";
import { predictNext } from "../model/mixture";
import { listUnscored } from "../serving/serve";
import type { Inside } from "../serving/trained";
import { computeNdcg, type Judged, listLength } from "./metrics";

/**
 * The lists of a fitted recipe for the queries of users whom it has not seen: without filter or
 * exploration, seen items included. `counts` are those of the users whom it has seen.
 */
export function judge(corpus: Corpus, inside: Inside, counts: Float64Array, asked: Int32Array): Judged[] {
  return queriesOf(corpus, asked).map(({ history, ...query }) => ({
    ...query,
    list:
      inside.family === "mixture"
        ? selectBest(predictNext(inside, history), listLength)
        : listUnscored(inside, counts, history.at(-1), listLength),
  }));
}

/** 0 without a query. */
export const averageNdcg = (judged: readonly Judged[], k: number): number =>
  judged.reduce((sum, one) => sum + computeNdcg(one, k) / judged.length, 0);

/** The same queries, each with one list for all users: the most popular items. */
export function judgePopularity(judged: readonly Judged[], counts: Float64Array): Judged[] {
  const list = selectBest(counts, listLength);
  return judged.map((one) => ({ ...one, list }));
}
