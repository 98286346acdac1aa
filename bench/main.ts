/**
 * `npm run bench [-- account engine functions fuzz import recommender training]`: the measurements, with the targets that hold and
 * those that were missed; without names all of them. Exits 1 when one was missed. Absolute times depend on the machine
 * and on what else it does. `--seed` and `--count` are for `fuzz`.
 */
import { parseArgs } from "node:util";
import { fuzz } from "./account/fuzz";
import { importSpeed } from "./account/import";
import { speed } from "./account/speed";
import { engineSpeed } from "./engine/life";
import { functionStarts } from "./functions/start";
import { quality } from "./recommender/quality";
import { trainingSpeed } from "./recommender/speed";

/** Each prints its tables and answers the targets that it missed. */
const sections: Readonly<Record<string, (options: Options) => string[] | Promise<string[]>>> = {
  account: () => speed(),
  engine: () => engineSpeed(),
  functions: () => functionStarts(),
  fuzz,
  import: () => importSpeed(),
  recommender: () => quality(),
  training: () => trainingSpeed(),
};

/** Of the section `fuzz`. */
interface Options {
  readonly seed?: number;
  readonly count?: number;
}

async function run(): Promise<number> {
  const { values, positionals: wanted } = parseArgs({
    options: { seed: { type: "string" }, count: { type: "string" } },
    allowPositionals: true,
  });
  const options = {
    ...(values.seed !== undefined && { seed: Number(values.seed) }),
    ...(values.count !== undefined && { count: Number(values.count) }),
  };
  const unknown = wanted.find((name) => !(name in sections));
  if (unknown !== undefined) throw new Error(`No section ${unknown}; there are ${Object.keys(sections).join(", ")}.`);
  const missed: string[] = [];
  for (const [name, section] of Object.entries(sections)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n${name}\n`);
    missed.push(...(await section(options)));
  }
  console.log(missed.length === 0 ? "\nEvery target holds." : `\nMissed: ${missed.length}\n  ${missed.join("\n  ")}`);
  return missed.length === 0 ? 0 : 1;
}

run().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
