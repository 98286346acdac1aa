import { measureImport } from "./account/import";
import { measureAccount } from "./account/speed";
import { measureEngine } from "./engine/commands";
import { checkProperties } from "./faults/properties";
import { measureFunctions } from "./functions/start";
import { measureQuality } from "./recommender/quality";
import { measureTrainings } from "./recommender/speed";
import { type SectionName, sectionNames } from "./sections";
import { soak } from "./soak/soak";

/** Options of the sections `faults`, `soak` and, the last one, `engine`. */
export interface BenchOptions {
  readonly seed?: number;
  readonly count?: number;
  readonly cdkApp?: string;
}

/** Each section prints its results and returns the missed targets. */
const sections: Readonly<Record<SectionName, (options: BenchOptions) => string[] | Promise<string[]>>> = {
  account: () => measureAccount(),
  engine: ({ cdkApp }) => measureEngine(cdkApp),
  faults: ({ seed }) => checkProperties(seed),
  functions: () => measureFunctions(),
  import: () => measureImport(),
  recommender: () => measureQuality(),
  soak: (options) => soak(options),
  training: () => measureTrainings(),
};

/** Runs the sections, prints which targets were met and which were missed, and returns whether all were met. */
export async function bench(names: readonly SectionName[], options: BenchOptions): Promise<boolean> {
  const missed: string[] = [];
  for (const name of sectionNames.filter((section) => names.includes(section))) {
    console.log(`\n${name}\n`);
    missed.push(...(await sections[name](options)));
  }
  console.log(missed.length === 0 ? "\nEvery target was met." : `\nMissed: ${missed.length}\n  ${missed.join("\n  ")}`);
  return missed.length === 0;
}
