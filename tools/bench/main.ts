/**
 * Runs the sections that the arguments name, by default all. The exit code is 1 if a target was
 * missed, 2 for a wrong name.
 */
import { measureCommands } from "./commands";
import { measureExperiments } from "./experiments/experiments";
import { measureFunctions } from "./functions";
import { measureQuality } from "./recommender/quality";
import { measureRealData } from "./recommender/real";
import { measureTrainings } from "./recommender/speed";

/** Each section prints its results and returns the missed targets. */
const sections = new Map<string, () => string[] | Promise<string[]>>([
  ["commands", measureCommands],
  ["experiments", measureExperiments],
  ["functions", measureFunctions],
  ["real", measureRealData],
  ["recommender", measureQuality],
  ["training", measureTrainings],
]);

async function runSections(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !sections.has(name));
  if (unknown.length > 0) {
    console.error(`There is no section ${unknown.join(", ")}. The sections are ${[...sections.keys()].join(", ")}.`);
    return 2;
  }
  const missed: string[] = [];
  for (const [name, measure] of sections) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`\n${name}\n`);
    missed.push(...(await measure()));
  }
  console.log(missed.length === 0 ? "\nEvery target was met." : `\nMissed: ${missed.length}\n  ${missed.join("\n  ")}`);
  return missed.length === 0 ? 0 : 1;
}

runSections(process.argv.slice(2)).then((code) => process.exit(code));
