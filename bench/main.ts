import { fuzz } from "./account/fuzz";
import { importSpeed } from "./account/import";
import { speed } from "./account/speed";
import { engineSpeed } from "./engine/life";
import { functionStarts } from "./functions/start";
import { quality } from "./recommender/quality";
import { trainingSpeed } from "./recommender/speed";
import { type SectionName, sectionNames } from "./sections";

/** Of the section `fuzz`. */
interface Options {
  readonly seed?: number;
  readonly count?: number;
}

/** Each prints its tables and returns the targets that it missed. */
const sections: Readonly<Record<SectionName, (options: Options) => string[] | Promise<string[]>>> = {
  account: () => speed(),
  engine: () => engineSpeed(),
  functions: () => functionStarts(),
  fuzz: (options) => fuzz(options),
  import: () => importSpeed(),
  recommender: () => quality(),
  training: () => trainingSpeed(),
};

/** Measures, prints the targets that hold and those that were missed, and returns whether all hold. */
export async function bench(wanted: readonly SectionName[], options: Options): Promise<boolean> {
  const missed: string[] = [];
  for (const name of sectionNames.filter((section) => wanted.includes(section))) {
    console.log(`\n${name}\n`);
    missed.push(...(await sections[name](options)));
  }
  console.log(missed.length === 0 ? "\nEvery target was met." : `\nMissed: ${missed.length}\n  ${missed.join("\n  ")}`);
  return missed.length === 0;
}
