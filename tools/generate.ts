import { judgeFolds } from "../cli/evaluate/compare";
import { writeSeedFiles } from "../demo/generator/write-files";
import { generatedSet } from "./bench/recommender/data";
import { peers } from "./bench/recommender/peers";
import { judgeOracle, printTable } from "./bench/recommender/quality";

/** Writes the seed's interactions and items, and prints how well simple models, the local model and the oracle predict them. */
export function generateSeed(options: { readonly seed: number; readonly users: number }): void {
  console.log(writeSeedFiles(options));
  const set = generatedSet("visitors", options);
  const judged = { ...judgeFolds(set, peers), oracle: judgeOracle(set) };
  printTable("These visitors, ten folds", judged, set.corpus.itemIds.length);
}
