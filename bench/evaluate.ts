import { factsOf, requirementsOf } from "./evaluation/facts";
import { readOwnData } from "./evaluation/own-data";
import { describeAdvice, describeFacts, describeRequirements, describeSkill } from "./evaluation/report";
import { gateAdvice, measureSkill } from "./evaluation/skill";

export interface EvaluateOptions {
  readonly interactions: string;
  readonly items?: string;
  /** Prints one JSON document in place of tables. */
  readonly json?: boolean;
}

/**
 * What a user's own data are worth before a training is paid for: checks the service's minimums, then compares the local
 * model with popularity. Returns whether the service would train on the data; throws when a file cannot be read.
 */
export async function evaluate({ interactions, items, json = false }: EvaluateOptions): Promise<boolean> {
  const set = await readOwnData(interactions, items);
  const facts = factsOf(set);
  const requirements = requirementsOf(facts);
  const trainable = requirements.every(({ holds }) => holds);
  if (!json) {
    section(`Data of ${set.name}`, describeFacts(facts));
    section("What the service asks for", describeRequirements(requirements));
  }
  const skill = trainable ? measureSkill(set, (fold) => console.error(`  fold ${fold + 1} of 10`)) : undefined;
  if (json) console.log(JSON.stringify({ facts, requirements, trainable, skill }));
  else if (skill === undefined) {
    section("Result", ["The service would refuse to train on these data, so there is nothing to compare yet."]);
  } else {
    section("Ten folds, mean ± half a 95 % confidence interval", describeSkill(skill));
    section("For the promotion gate", describeAdvice(gateAdvice(skill, facts.users), skill.found));
    console.log(
      "\nThe local model is not the service's: read the table as a statement about the data, not as a forecast (docs/recommender.md).",
    );
  }
  return trainable;
}

function section(title: string, lines: readonly string[]): void {
  console.log(`\n${title}\n${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}`);
}
