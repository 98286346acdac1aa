/**
 * `npm run evaluate -- --interactions FILE [--items FILE]`: what a user's own data are worth before a training is paid for.
 * Checks the service's minimums, then compares the local model with popularity. Exits 1 when the files or the data would
 * be refused.
 */
import { parseArgs } from "node:util";
import { factsOf, requirementsOf } from "./evaluation/facts";
import { readOwnData } from "./evaluation/own-data";
import { describeAdvice, describeFacts, describeRequirements, describeSkill } from "./evaluation/report";
import { gateAdvice, measureSkill } from "./evaluation/skill";

const usage = "Usage: npm run evaluate -- --interactions FILE [--items FILE]";

async function run(): Promise<number> {
  const { values } = parseArgs({ options: { interactions: { type: "string" }, items: { type: "string" } } });
  if (values.interactions === undefined) throw new Error(`--interactions is missing. ${usage}`);
  const set = await readOwnData(values.interactions, values.items);
  const facts = factsOf(set);
  const requirements = requirementsOf(facts);
  section(`Data of ${set.name}`, describeFacts(facts));
  section("What the service asks for", describeRequirements(requirements));
  if (!requirements.every(({ holds }) => holds)) {
    section("Result", ["The service would refuse to train on these data, so there is nothing to compare yet."]);
    return 1;
  }
  const skill = measureSkill(set, (fold) => console.error(`  fold ${fold + 1} of 10`));
  section("Ten folds, mean ± half a 95 % confidence interval", describeSkill(skill));
  section("For the promotion gate", describeAdvice(gateAdvice(skill, facts.users), skill.found));
  console.log(
    "\nThe local model is not the service's: read the table as a statement about the data, not as a forecast (docs/recommender.md).",
  );
  return 0;
}

function section(title: string, lines: readonly string[]): void {
  console.log(`\n${title}\n${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}`);
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    console.error(`evaluate: ${error.message}`);
    process.exitCode = 1;
  },
);
