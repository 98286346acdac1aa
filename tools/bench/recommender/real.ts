/**
 * The quality of the recommender on data of others, compared with simple methods, and what each
 * part of it contributes.
 */
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
  const ratioOf = (folds: Record<string, number>) => (folds.model ?? 0) / (folds.popularity ?? 0);
  const ratio = ratioOf(figures.all);
  const inLast = `${lastFolds}: ${ratioOf(figures.last).toFixed(2)}`;
  targets.check(ratio >= 1.85, `NDCG@25 is ${ratio.toFixed(2)} × popularity, at least 1.85 (${inLast})`);

  const parts = Object.fromEntries(partNames.map((name) => [`no ${name}`, createModelWithout(name)]));
  console.log("\nWithout each part: MovieLens-small");
  measure(movies, { model, ...parts }, isNew);
  console.log("\nWithout each part: generated visitors, seed 1");
  measure(generatedSet("seed 1", { seed: 1 }), { model, ...parts });
  return targets.missed;
}

/** Nobody rates a film twice. */
const isNew = (item: number, history: Int32Array): boolean => !history.includes(item);

/** Nothing was chosen by these folds: the model's constants come from the first five. */
const lastFolds = "folds 6–10";

/** Prints a line for each peer, and returns its NDCG@25 in all folds and in the last five. */
function measure(
  set: DataSet,
  peers: Readonly<Record<string, Peer>>,
  keep?: (item: number, history: Int32Array) => boolean,
): { all: Record<string, number>; last: Record<string, number> } {
  const all: Record<string, number> = {};
  const last: Record<string, number> = {};
  for (const [name, folds] of Object.entries(judgeFolds(set, peers, Number.POSITIVE_INFINITY, keep))) {
    const at = (k: number, from = 0) => folds.slice(from).flatMap((fold) => fold.map((one) => computeNdcg(one, k)));
    const of = (k: number) => `${mean(at(k)).toFixed(4)} ± ${standardError(at(k)).toFixed(4)}`;
    all[name] = mean(at(25));
    last[name] = mean(at(25, 5));
    console.log(`  ${name.padEnd(26)} NDCG@10 ${of(10)}   NDCG@25 ${of(25)}   ${lastFolds} ${last[name]?.toFixed(4)}`);
  }
  return { all, last };
}
