/**
 * `npm run generate [-- --seed 1 --users 4000]`: writes the seed's interactions and items, then prints what can be found in
 * them: popularity, the local model and the oracle, and the same for visitors without a taste (the null set).
 */
import { parseArgs } from "node:util";
import { writeSeedFiles } from "../local/generator/write-files";
import { generatedSkill } from "./evaluation/generated";
import { figuresTable } from "./evaluation/report";

/** The model is not trained on fewer. */
const leastUsers = 100;

const { values } = parseArgs({ options: { seed: { type: "string" }, users: { type: "string" } } });

function wholeNumber(name: "seed" | "users", fallback: number, least: number): number {
  const value = values[name] === undefined ? fallback : Number(values[name]);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`generate: --${name} is ${values[name]}. Give a whole number of ${least} or more.`);
}

const options = { seed: wholeNumber("seed", 1, 1), users: wholeNumber("users", 4000, leastUsers) };
console.log(writeSeedFiles(options));
const { visitors, nullSet } = generatedSkill(options, (set, fold) => console.error(`  ${set}: fold ${fold + 1} of 10`));
for (const [title, figures] of [
  ["These visitors, ten folds, mean ± half a 95 % confidence interval", visitors],
  ["Visitors without a taste (null set): popularity is the whole truth", nullSet],
] as const) {
  console.log(`\n${title}\n${figuresTable(figures).join("\n")}`);
}
