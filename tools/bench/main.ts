import { measureImport } from "./account/import";
import { measureAccount } from "./account/speed";
import { measureFunctions } from "./functions/start";
import { measureQuality } from "./recommender/quality";
import { measureTrainings } from "./recommender/speed";
import { type SectionName, sectionNames } from "./sections";

/** Each section prints its results and returns the missed targets. */
const sections: Readonly<Record<SectionName, () => string[] | Promise<string[]>>> = {
  account: measureAccount,
  functions: measureFunctions,
  import: measureImport,
  recommender: measureQuality,
  training: measureTrainings,
};

/** Runs the sections, prints which targets were met and which were missed, and returns whether all were met. */
export async function bench(names: readonly SectionName[]): Promise<boolean> {
  const missed: string[] = [];
  for (const name of sectionNames.filter((section) => names.includes(section))) {
    console.log(`\n${name}\n`);
    missed.push(...(await sections[name]()));
  }
  console.log(missed.length === 0 ? "\nEvery target was met." : `\nMissed: ${missed.length}\n  ${missed.join("\n  ")}`);
  return missed.length === 0;
}
