/**
 * How good the recommender is, beside open peers on the same queries. Prints tables and the targets that were missed;
 * takes some minutes. On its own: `node --import tsx bench/recommender/quality.ts`.
 */
import { coldItems } from "./cold";
import { generatedSet, upstreamSet } from "./data";
import { type Figures, mean, paired, standardError, tenFolds } from "./judge";
import { libmfNames, libmfPeers } from "./libmf";
import { type Peer, peers, relatedPeers } from "./peers";

type Table = Readonly<Record<string, Figures>>;
type Print = (line: string) => void;

const nothing: Figures = { ndcg5: [], ndcg10: [], ndcg25: [], reciprocalRank: [], precision25: [], coverage: 0 };
const of = (table: Table, name: string): Figures => table[name] ?? nothing;

/** Runs all comparisons and answers the missed targets; empty when every target holds. */
export async function quality(print: Print = console.log): Promise<string[]> {
  const missed: string[] = [];
  const target = (holds: boolean, text: string) => {
    print(`${holds ? "  holds " : "  MISSED"}  ${text}`);
    if (!holds) missed.push(text);
  };
  const libmf = await libmfPeers(print);
  for (const seed of [1, 2]) warm(seed, libmf, print, target);
  nullSet(print, target);
  cold(print, target);
  negativeControl(print, target);
  return missed;
}

type Target = (holds: boolean, text: string) => void;

function warm(seed: number, libmf: Readonly<Record<string, Peer>>, print: Print, target: Target): void {
  const table = tenFolds(generatedSet(`seed ${seed}`, { seed }), { ...libmf, ...peers });
  printTable(`Generated visitors, seed ${seed}: ten folds`, table, print);
  const [model, popularity, vmis, oracle] = ["blend", "popularity", "VMIS-kNN", "oracle"].map((name) =>
    of(table, name),
  );
  if (!model || !popularity || !vmis || !oracle) return;
  const timesPopularity = mean(model.ndcg10) / mean(popularity.ndcg10);
  const ofOracle = mean(model.ndcg10) / mean(oracle.ndcg10);
  const over10 = paired(model.ndcg10, vmis.ndcg10);
  const over25 = paired(model.ndcg25, vmis.ndcg25);
  target(timesPopularity >= 2.7, `seed ${seed}: NDCG@10 is ${timesPopularity.toFixed(2)} × popularity, at least 2.7`);
  target(ofOracle >= 0.74, `seed ${seed}: NDCG@10 is ${percent(ofOracle)} of the oracle, at least 74 %`);
  target(over10.difference >= 0.003, `seed ${seed}: NDCG@10 is VMIS-kNN ${signed(over10)}, at least +.003`);
  target(over25.difference >= 0.006, `seed ${seed}: NDCG@25 is VMIS-kNN ${signed(over25)}, at least +.006`);
  overLibmf(seed, table, model, target);
}

/** Its best figure counts. */
function overLibmf(seed: number, table: Table, model: Figures, target: Target): void {
  const found = libmfNames.filter((name) => name in table);
  const [best] = found.sort((a, b) => mean(of(table, b).ndcg10) - mean(of(table, a).ndcg10));
  if (best === undefined) return;
  const over = paired(model.ndcg10, of(table, best).ndcg10);
  target(over.difference >= 0.015, `seed ${seed}: NDCG@10 is ${best} ${signed(over)}, at least +.015`);
}

function nullSet(print: Print, target: Target): void {
  const { random, popularity, blend } = peers;
  if (!random || !popularity || !blend) return;
  const set = generatedSet("null", { seed: 1, beta: 0, focus: 0, repeat: 0 });
  const table = tenFolds(set, { random, popularity, blend });
  printTable("Null set (popularity is the whole truth), seed 1: ten folds", table, print);
  const gap = paired(of(table, "blend").ndcg10, of(table, "popularity").ndcg10);
  const error = standardError(of(table, "blend").ndcg10);
  target(
    Math.abs(gap.difference) <= 2 * error,
    `null set: NDCG@10 is popularity ${signed(gap)}, within ± ${(2 * error).toFixed(4)}`,
  );
}

function cold(print: Print, target: Target): void {
  const { random, EASE, blend } = peers;
  if (!random || !EASE || !blend) return;
  const table = coldItems(generatedSet("seed 1", { seed: 1 }), { random, EASE, blend });
  printTable("92 items that nobody has seen, ranked among themselves, seed 1", table, print);
  const reached = mean(of(table, "blend").ndcg25);
  target(reached >= 0.4, `cold items: NDCG@25 is ${reached.toFixed(3)}, at least .40`);
}

function negativeControl(print: Print, target: Target): void {
  const table = tenFolds(upstreamSet(), { ...peers, ...relatedPeers });
  printTable("Upstream sample, repeated rows dropped (nothing to learn): ten folds", table, print);
  for (const [name, figures] of Object.entries(table)) {
    const reached = mean(figures.ndcg5);
    target(reached < 0.015, `upstream sample: NDCG@5 of ${name} is ${reached.toFixed(4)}, below .015`);
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const signed = ({ difference, error }: { difference: number; error: number }): string =>
  `${difference < 0 ? "−" : "+"} ${Math.abs(difference).toFixed(4)} (± ${error.toFixed(4)})`;

function printTable(title: string, table: Table, print: Print): void {
  const queries = Object.values(table)[0]?.ndcg10.length ?? 0;
  const popular = mean(of(table, "popularity").ndcg10);
  const oracle = mean(of(table, "oracle").ndcg10);
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
  quality().then((missed) => {
    process.exitCode = missed.length > 0 ? 1 : 0;
  });
}
