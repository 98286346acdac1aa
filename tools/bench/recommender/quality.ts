/**
 * The quality of the recommender, compared with open models on the same queries. Takes some minutes. Can be run with
 * `node --import tsx bench/recommender/quality.ts`.
 */

import { compareQueries, type Figures, mean, standardError, tenFolds } from "../../../cli/evaluate/judge";
import { createTargets, type Print, type Targets } from "../targets";
import { evaluateColdItems } from "./cold";
import { generatedSet, upstreamSet } from "./data";
import { evaluateNextItem } from "./next-item";
import { peers, relatedPeers } from "./peers";

type Table = Readonly<Record<string, Figures>>;

const nothing: Figures = { ndcg5: [], ndcg10: [], ndcg25: [], reciprocalRank: [], precision25: [], coverage: 0 };
const figuresIn = (table: Table, name: string): Figures => table[name] ?? nothing;

/** Runs all comparisons, prints tables and returns the missed targets. */
export function measureQuality(print: Print = console.log): string[] {
  const targets = createTargets(print);
  for (const seed of [1, 2]) compareOnSeed(seed, print, targets);
  for (const seed of [1, 2]) compareNextItems(seed, print, targets);
  compareOnNullSet(print, targets);
  compareColdItems(print, targets);
  compareOnSample(print, targets);
  return targets.missed;
}

function compareOnSeed(seed: number, print: Print, targets: Targets): void {
  const table = tenFolds(generatedSet(`seed ${seed}`, { seed }), peers);
  printTable(`Generated visitors, seed ${seed}: ten folds`, table, print);
  const [model, popularity, vmis, oracle] = ["blend", "popularity", "VMIS-kNN", "oracle"].map((name) =>
    figuresIn(table, name),
  );
  if (!model || !popularity || !vmis || !oracle) return;
  const timesPopularity = mean(model.ndcg10) / mean(popularity.ndcg10);
  const ofOracle = mean(model.ndcg10) / mean(oracle.ndcg10);
  const over10 = compareQueries(model.ndcg10, vmis.ndcg10);
  const over25 = compareQueries(model.ndcg25, vmis.ndcg25);
  targets.check(
    timesPopularity >= 2.7,
    `seed ${seed}: NDCG@10 is ${timesPopularity.toFixed(2)} × popularity, at least 2.7`,
  );
  targets.check(ofOracle >= 0.74, `seed ${seed}: NDCG@10 is ${percent(ofOracle)} of the oracle, at least 74 %`);
  targets.check(over10.difference >= 0.003, `seed ${seed}: NDCG@10 is VMIS-kNN ${signed(over10)}, at least +.003`);
  targets.check(over25.difference >= 0.006, `seed ${seed}: NDCG@25 is VMIS-kNN ${signed(over25)}, at least +.006`);
}

/** The oracle itself, which knows the visitor's item only, is 1.9 to 2.7 times as good as popularity. */
function compareNextItems(seed: number, print: Print, targets: Targets): void {
  const { popularity } = peers;
  if (!popularity) return;
  const figures = evaluateNextItem({ seed }, { popularity, ...relatedPeers });
  print(`\nThe next item of the session after one item, seed ${seed}: NDCG@10 (± SE)`);
  for (const [name, values] of Object.entries(figures)) {
    print(`  ${name.padEnd(18)}${mean(values).toFixed(4)} ± ${standardError(values).toFixed(4)}`);
  }
  const ofOracle = mean(figures["Similar-Items"] ?? []) / mean(figures.oracle ?? []);
  targets.check(ofOracle >= 0.9, `seed ${seed}: Similar-Items has ${percent(ofOracle)} of the oracle, at least 90 %`);
}

function compareOnNullSet(print: Print, targets: Targets): void {
  const { random, popularity, blend } = peers;
  if (!random || !popularity || !blend) return;
  const set = generatedSet("null", { seed: 1, beta: 0, focus: 0, repeat: 0 });
  const table = tenFolds(set, { random, popularity, blend });
  printTable("Null set (choices depend on popularity only), seed 1: ten folds", table, print);
  const gap = compareQueries(figuresIn(table, "blend").ndcg10, figuresIn(table, "popularity").ndcg10);
  const error = standardError(figuresIn(table, "blend").ndcg10);
  targets.check(
    Math.abs(gap.difference) <= 2 * error,
    `null set: NDCG@10 is popularity ${signed(gap)}, within ± ${(2 * error).toFixed(4)}`,
  );
}

function compareColdItems(print: Print, targets: Targets): void {
  const { random, EASE, blend } = peers;
  if (!random || !EASE || !blend) return;
  const table = evaluateColdItems(generatedSet("seed 1", { seed: 1 }), { random, EASE, blend });
  printTable("92 new items, ranked among themselves, seed 1", table, print);
  const reached = mean(figuresIn(table, "blend").ndcg25);
  targets.check(reached >= 0.4, `cold items: NDCG@25 is ${reached.toFixed(3)}, at least .40`);
}

function compareOnSample(print: Print, targets: Targets): void {
  const table = tenFolds(upstreamSet(), { ...peers, ...relatedPeers });
  printTable("Upstream sample, repeated rows dropped (nothing to learn): ten folds", table, print);
  for (const [name, figures] of Object.entries(table)) {
    const reached = mean(figures.ndcg5);
    targets.check(reached < 0.015, `upstream sample: NDCG@5 of ${name} is ${reached.toFixed(4)}, below .015`);
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const signed = ({ difference, error }: { difference: number; error: number }): string =>
  `${difference < 0 ? "−" : "+"} ${Math.abs(difference).toFixed(4)} (± ${error.toFixed(4)})`;

function printTable(title: string, table: Table, print: Print): void {
  const queries = Object.values(table)[0]?.ndcg10.length ?? 0;
  const popular = mean(figuresIn(table, "popularity").ndcg10);
  const oracle = mean(figuresIn(table, "oracle").ndcg10);
  print(`\n${title}, ${queries} queries`);
  print(row(["", "NDCG@5", "NDCG@10 (± SE)", "NDCG@25", "MRR@25", "P@25", "coverage", "× popular", "of oracle"]));
  for (const [name, figures] of Object.entries(table)) {
    const ten = mean(figures.ndcg10);
    print(
      row([
        name,
        mean(figures.ndcg5).toFixed(4),
        `${ten.toFixed(4)} ± ${standardError(figures.ndcg10).toFixed(4)}`,
        mean(figures.ndcg25).toFixed(4),
        mean(figures.reciprocalRank).toFixed(4),
        mean(figures.precision25).toFixed(4),
        figures.coverage.toFixed(2),
        Number.isNaN(popular) ? "" : (ten / popular).toFixed(2),
        Number.isNaN(oracle) ? "" : percent(ten / oracle),
      ]),
    );
  }
}

const row = ([name = "", ...cells]: readonly string[]): string =>
  `  ${name.padEnd(18)}${cells.map((cell) => cell.padStart(17)).join("")}`;

if (require.main === module) {
  process.exitCode = measureQuality().length > 0 ? 1 : 0;
}
