/** The quality of the recommender on data that nobody here made, beside simple methods, and what each part of it buys. */
import { listUsers } from "../../../local/account/services/personalize/recommender/data/corpus";
import type { DataSet } from "../../../local/account/services/personalize/recommender/data/data-set";
import { computeNdcg } from "../../../local/account/services/personalize/recommender/measure/metrics";
import {
  judgeFolds,
  mean,
  model,
  type Peer,
  popularity,
  standardError,
} from "../../../local/account/services/personalize/recommender/measure/peers";
import { partNames } from "../../../local/account/services/personalize/recommender/model/mixture";
import { Targets } from "../targets";
import { generatedSet } from "./data";
import { ease } from "./ease";
import { createModelWithout, likeUsers, nearItems } from "./peers";
import { readMovieLens } from "./real-data";

/** Prints tables and returns the missed targets. */
export function measureRealData(): string[] {
  const targets = new Targets();
  const movies = readMovieLens();
  if (!movies) {
    console.log(
      "  skipped: there is no Debian package r-cran-dslabs here, and MOVIELENS names no folder with its data",
    );
    return targets.missed;
  }
  const { corpus } = movies;
  console.log(`${movies.name}: ${listUsers(corpus).length} users, ${corpus.itemIds.length} items, ten folds`);
  const figures = measure(movies, { popularity, users: likeUsers, items: nearItems, EASE: ease, model }, isNew);
  const times = (figures.model ?? 0) / (figures.popularity ?? 0);
  targets.check(times >= 1.85, `NDCG@25 is ${times.toFixed(2)} × popularity, at least 1.85`);

  const parts = Object.fromEntries(partNames.map((name) => [`no ${name}`, createModelWithout(name)]));
  console.log("\nWithout each part: MovieLens-small");
  measure(movies, { model, ...parts }, isNew);
  console.log("\nWithout each part: generated visitors, seed 1");
  measure(generatedSet("seed 1", { seed: 1 }), { model, ...parts });
  return targets.missed;
}

/** Nobody rates a film twice. */
const isNew = (item: number, history: Int32Array): boolean => !history.includes(item);

/** Prints a line for each peer, and returns its NDCG@25. */
function measure(
  set: DataSet,
  peers: Readonly<Record<string, Peer>>,
  keep?: (item: number, history: Int32Array) => boolean,
): Record<string, number> {
  const judged = judgeFolds(set, peers, Number.POSITIVE_INFINITY, keep);
  return Object.fromEntries(
    Object.entries(judged).map(([name, folds]) => {
      const at = (k: number) => folds.flat().map((one) => computeNdcg(one, k));
      const of = (k: number) => `${mean(at(k)).toFixed(4)} ± ${standardError(at(k)).toFixed(4)}`;
      console.log(`  ${name.padEnd(26)} NDCG@10 ${of(10)}   NDCG@25 ${of(25)}`);
      return [name, mean(at(25))];
    }),
  );
}
