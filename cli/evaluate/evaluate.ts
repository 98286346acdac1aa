import { factsOf, requirementsOf } from "./facts";
import { readOwnData } from "./own-data";
import { describeAdvice, describeFacts, describeRequirements, describeSkill, wrapLine } from "./report";
import { gateAdvice, measureSkill } from "./skill";

export interface EvaluateOptions {
  readonly interactions: string;
  readonly items?: string;
  readonly json?: boolean;
}

/**
 * Evaluates a user's data before they pay for a training: checks the service's minimums, then compares the local model
 * with popularity. Returns whether the service would train on the data; throws when a file cannot be read.
 */
export async function evaluate({ interactions, items, json = false }: EvaluateOptions): Promise<boolean> {
  const set = await readOwnData(interactions, items);
  const facts = factsOf(set);
  const requirements = requirementsOf(facts);
  const trainable = requirements.every(({ met }) => met);
  if (!json) {
    printSection(`Data of ${set.name}`, describeFacts(facts));
    printSection("Requirements of the service", describeRequirements(requirements));
  }
  const skill = trainable ? measureSkill(set, (fold) => console.error(`  fold ${fold + 1} of 10`)) : undefined;
  if (json) console.log(JSON.stringify({ facts, requirements, trainable, skill }));
  else if (skill === undefined) {
    printSection("Result", ["The service would refuse to train on these data, so there is nothing to compare yet."]);
  } else {
    printSection("Ten folds, mean ± half a 95 % confidence interval", describeSkill(skill));
    printSection("For the promotion gate", describeAdvice(gateAdvice(skill, facts.users), skill.found));
    printSection("Limits", [
      "The local model is not the service's model: the table describes the data and does not predict the service's metrics (docs/recommender.md).",
    ]);
  }
  return trainable;
}

/** Long lines are hard to read, and a narrow terminal would break them within words. */
const widest = 100;

function printSection(title: string, lines: readonly string[]): void {
  const width = Math.min(process.stdout.columns ?? widest, widest);
  console.log(`\n${title}\n${lines.flatMap((line) => wrapLine(`  ${line}`, width)).join("\n")}`);
}
