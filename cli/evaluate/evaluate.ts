import { compareModels } from "./compare";
import { checkMinimums, describeFacts } from "./facts";
import { readOwnData } from "./own-data";

export interface EvaluateOptions {
  readonly interactions: string;
  readonly items?: string;
}

/**
 * Evaluates a user's data before they pay for a training: checks the service's minimums, then compares the local model
 * with popularity and the users' own histories. Returns whether the service would train on the data; throws when a file
 * cannot be read.
 */
export function evaluate({ interactions, items }: EvaluateOptions): boolean {
  const set = readOwnData(interactions, items);
  const minimums = checkMinimums(set);
  printSection(`Data of ${set.name}`, describeFacts(set));
  printSection(
    "Least data of the service",
    minimums.map(({ met, text }) => `${met ? "met    " : "NOT MET"}  ${text}`),
  );
  if (!minimums.every(({ met }) => met)) {
    printSection("Result", ["The service would refuse to train on these data, so there is nothing to compare yet."]);
    return false;
  }
  const { figures, verdict } = compareModels(set);
  printSection("NDCG@10 for users whom no model has seen, ± half a 95 % interval", figures);
  printSection("Result", [
    verdict,
    "The local model is not the service's: its figures describe the data (docs/recommender.md).",
  ]);
  return true;
}

const printSection = (title: string, lines: readonly string[]): void =>
  console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join("\n")}`);
