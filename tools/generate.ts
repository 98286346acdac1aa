import { figuresTable } from "../cli/evaluate/report";
import { writeSeedFiles } from "../demo/generator/write-files";
import { generatedSkill } from "./bench/recommender/generated";

/**
 * Writes the seed's interactions and items, then prints the metrics of popularity, the local model and the oracle on them,
 * and the same for visitors without preferences (the null set).
 */
export function generateSeed(options: { readonly seed: number; readonly users: number }): void {
  console.log(writeSeedFiles(options));
  const { visitors, nullSet } = generatedSkill(options, (set, fold) =>
    console.error(`  ${set}: fold ${fold + 1} of 10`),
  );
  for (const [title, figures] of [
    ["These visitors, ten folds, mean ± half a 95 % confidence interval", visitors],
    ["Visitors without preferences (null set): no model can be better than popularity", nullSet],
  ] as const) {
    console.log(`\n${title}\n${figuresTable(figures).join("\n")}`);
  }
}
