import type { DataSet } from "../../local/account/services/personalize/recommender/data/data-set";
import { type Comparison, comparePeers } from "../../local/account/services/personalize/recommender/measure/peers";
import type { EventWeights } from "../../stacks/config/models";
import { describeWeights } from "../stack/campaign";
import { print } from "../terminal/print";
import { compareWeights, weigh } from "./event-weights";
import { checkMinimums, describeFacts } from "./facts";
import { type EvaluateOptions, readOwnData } from "./own-data";

/**
 * Evaluates a user's data before they pay for a training: checks the service's minimums, then
 * compares the local model with popularity and the users' own histories. Returns whether the
 * service would train on the data; throws when a file cannot be read.
 */
export function evaluate(options: EvaluateOptions): boolean {
  const { set, file, schema, weights, problems, notes, warnings } = readOwnData(options);
  const weighed = weights && weigh(set, weights);
  printSection(`Data of ${set.name}`, describeFacts(set));
  if (notes.length > 0) printSection("Notes", notes);
  if (warnings.length > 0) printSection("Warnings", warnings);
  printSection(
    "Least data of the service",
    checkMinimums(file, schema).map(({ met, text }) => `${met ? "met    " : "NOT MET"}  ${text}`),
  );
  if (problems.length > 0) {
    printSection("Refused by a deployment", problems);
    printSection("Result", ["A deployment would refuse these data, so there is nothing to compare yet."]);
    return false;
  }
  const { figures, verdict } = compareModels(set);
  printSection("NDCG@10 for users whom no model has seen, ± half a 95 % interval", figures);
  if (weighed && weights) {
    printSection(`With event weights: ${describeWeights(weights)}`, describeWeighed(weighed, weights));
  }
  printSection("Result", [
    verdict,
    "The local model is not the service's: its figures describe the data (docs/recommender.md).",
  ]);
  return true;
}

const printSection = (title: string, lines: readonly string[]): void =>
  print(`\n${title}\n${lines.map((line) => `  ${line.replaceAll("\n", "\n  ")}`).join("\n")}`);

/**
 * Compares the model with two that need no training. Returns a line for each, and the verdict in
 * words.
 */
export function compareModels(set: DataSet): { figures: string[]; verdict: string } {
  const { figures, overPopularity, overOwn } = comparePeers(set);
  return {
    figures: figures.map(({ name, mean, error }) => `${name.padEnd(12)}  ${interval(mean, error)}`),
    verdict: judgeModel(overPopularity, overOwn),
  };
}

/** A line for the model with equal weights and with these. */
function describeWeighed(set: DataSet, weights: EventWeights): string[] {
  const most = Math.max(...Object.values(weights));
  const types = Object.keys(weights).filter((type) => weights[type] === most);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return compareWeights(set).map(({ name, ndcg, later, found, ofHits }) => {
    const begin = `${name}  weighted NDCG@10 ${ndcg.toFixed(3)}`;
    if (found === undefined) {
      return `${begin}; no later item is by ${types.join(", ")}, so nothing says how many are found`;
    }
    const hits = ofHits === undefined ? "there are no hits" : `which are ${percent(ofHits)} of the hits`;
    return `${begin}; the first ten have ${percent(found)} of ${later} later items by ${types.join(", ")}, ${hits}`;
  });
}

function judgeModel(overPopularity: Comparison, overOwn: Comparison): string {
  const isBetter = ({ difference, error }: Comparison) => difference > 2 * error;
  if (!isBetter(overPopularity)) {
    return "No skill found: the difference from popularity can be chance. Do not pay for a training on these data; look for missing events, wrong times or mixed-up ids first.";
  }
  const found = `Skill found: the users' past events predict their next choices better than popularity does, by ${interval(overPopularity.difference, overPopularity.error)}.`;
  return isBetter(overOwn) ? found : `${found} But so does a list of each user's own items: they mostly come back.`;
}

/** A value with half a 95 % confidence interval. */
const interval = (value: number, error: number): string => `${value.toFixed(3)} ± ${(1.96 * error).toFixed(3)}`;
