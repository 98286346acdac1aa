/**
 * The quality of the recommender, compared with simple models on the same queries. Takes about a
 * minute.
 */

import { compareWeights, weigh } from "../../../cli/evaluate/event-weights";
import { queriesOf } from "../../../local/account/services/personalize/recommender/data/split";
import {
  computeCoverage,
  computeNdcg,
  computeReciprocalRank,
  type Judged,
} from "../../../local/account/services/personalize/recommender/measure/metrics";
import { judgeFolds, mean, standardError } from "../../../local/account/services/personalize/recommender/measure/peers";
import { Targets } from "../targets";
import { judgeColdItems } from "./cold";
import { type GeneratedSet, generatedSet } from "./data";
import { evaluateNextItem } from "./next-item";
import { peers, relatedPeers } from "./peers";

/** Runs all comparisons, prints tables and returns the missed targets. */
export function measureQuality(): string[] {
  const targets = new Targets();
  for (const seed of [1, 2]) compareOnSeed(seed, targets);
  for (const seed of [1, 2]) compareNextItems(seed, targets);
  compareColdItems(targets);
  comparePopularChoices(targets);
  compareEventWeights(targets);
  return targets.missed;
}

const ndcgOf = (folds: readonly Judged[][], k = 10): number[] => folds.flat().map((one) => computeNdcg(one, k));
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** The lists of a perfect model for the same queries. */
export function judgeOracle({ corpus, oracle }: GeneratedSet): Judged[][] {
  const users = Int32Array.from(corpus.userIds.keys());
  return [queriesOf(corpus, users).map((query) => ({ ...query, list: oracle(query.user) }))];
}

function compareOnSeed(seed: number, targets: Targets): void {
  const set = generatedSet(`seed ${seed}`, { seed });
  const judged = { ...judgeFolds(set, peers), oracle: judgeOracle(set) };
  printTable(`Generated visitors, seed ${seed}: ten folds`, judged, set.corpus.itemIds.length);
  const reached = mean(ndcgOf(judged.model));
  const timesPopularity = reached / mean(ndcgOf(judged.popularity));
  const ofOracle = reached / mean(ndcgOf(judged.oracle));
  targets.check(timesPopularity >= 2.7, `NDCG@10 is ${timesPopularity.toFixed(2)} × popularity, at least 2.7`);
  targets.check(ofOracle >= 0.75, `NDCG@10 is ${percent(ofOracle)} of the oracle, at least 75 %`);
}

function compareNextItems(seed: number, targets: Targets): void {
  const figures = evaluateNextItem({ seed }, { popularity: peers.popularity, ...relatedPeers });
  console.log(`\nThe next item of the session after one item, seed ${seed}: NDCG@10 (± SE)`);
  for (const [name, values] of Object.entries(figures)) {
    console.log(`  ${name.padEnd(18)}${mean(values).toFixed(4)} ± ${standardError(values).toFixed(4)}`);
  }
  const times = mean(figures["Similar-Items"] ?? []) / mean(figures.popularity ?? []);
  targets.check(times >= 2, `Similar-Items is ${times.toFixed(2)} × popularity, at least 2`);
}

function compareColdItems(targets: Targets): void {
  const judged = judgeColdItems(generatedSet("seed 1", { seed: 1 }), { random: peers.random, model: peers.model });
  printTable("92 new items, ranked among themselves, seed 1", judged, 92);
  const reached = mean(ndcgOf(judged.model, 25));
  targets.check(reached >= 0.5, `new items: NDCG@25 is ${reached.toFixed(3)}, at least .50`);
}

function comparePopularChoices(targets: Targets): void {
  const set = generatedSet("null", { seed: 3, users: 1000, beta: 0, focus: 0, repeat: 0 });
  const judged = judgeFolds(set, { popularity: peers.popularity, model: peers.model });
  printTable("Choices depend on popularity only", judged, set.corpus.itemIds.length);
  const lost = mean(ndcgOf(judged.popularity)) - mean(ndcgOf(judged.model));
  targets.check(lost <= 0.01, `the model's NDCG@10 is ${lost.toFixed(3)} below that of popularity, at most .01`);
}

function compareEventWeights(targets: Targets): void {
  const weights = { Application: 1, Favorite: 0.1, DetailView: 0.01 };
  console.log("\nLater applications with equal weights, and with DetailView .01, Favorite .1, Application 1");
  const runs = [1, 2, 3, 4, 5].map((seed) => compareWeights(weigh(generatedSet(`seed ${seed}`, { seed }), weights)));
  for (const [name, key] of [
    ["in the first ten", "found"],
    ["of the hits", "ofHits"],
  ] as const) {
    const sharesOf = (which: number) => runs.map((run) => run[which]?.[key] ?? 0);
    const before = sharesOf(0);
    const after = sharesOf(1);
    const plain = mean(before);
    const weighed = mean(after);
    const write = (shares: readonly number[]) => shares.map((share) => share.toFixed(3)).join(" ");
    console.log(`  ${name}, seeds 1 to 5: ${write(before)}; with weights ${write(after)}`);
    const gain = `${plain.toFixed(3)} becomes ${weighed.toFixed(3)}, ${percent(weighed / plain - 1)} more`;
    const least = key === "found" ? 0.03 : 0.1;
    targets.check(weighed >= (1 + least) * plain, `applications ${name}: ${gain}, at least ${percent(least)}`);
  }
}

export function printTable(title: string, judged: Readonly<Record<string, Judged[][]>>, items: number): void {
  console.log(`\n${title}`);
  const columns = ["NDCG@5", "NDCG@10 (± SE)", "NDCG@25", "MRR@25", "coverage"];
  console.log(`${"".padEnd(15)}${columns.map((column) => column.padStart(18)).join("")}`);
  for (const [name, folds] of Object.entries(judged)) {
    const at = (k: number) => mean(ndcgOf(folds, k)).toFixed(4);
    const cells = [
      at(5),
      `${at(10)} ± ${standardError(ndcgOf(folds)).toFixed(4)}`,
      at(25),
      mean(folds.flat().map(computeReciprocalRank)).toFixed(4),
      mean(folds.map((fold) => computeCoverage(fold, items))).toFixed(2),
    ];
    console.log(`  ${name.padEnd(13)}${cells.map((cell) => cell.padStart(18)).join("")}`);
  }
}
