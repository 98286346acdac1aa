/**
 * `npm run bench [-- account|recommender]`: the measurements, with the targets that hold and those that were missed.
 * Exits 1 when one was missed. Absolute times depend on the machine and on what else it does.
 */
import { speed } from "./account/speed";
import { quality } from "./recommender/quality";

async function run(): Promise<number> {
  const wanted = process.argv.slice(2);
  const all = wanted.length === 0;
  const missed: string[] = [];
  if (all || wanted.includes("account")) {
    console.log("The local account\n");
    missed.push(...(await speed()));
  }
  if (all || wanted.includes("recommender")) {
    console.log("\nThe recommender\n");
    missed.push(...quality());
  }
  console.log(missed.length === 0 ? "\nEvery target holds." : `\nMissed: ${missed.length}\n  ${missed.join("\n  ")}`);
  return missed.length === 0 ? 0 : 1;
}

run().then((code) => process.exit(code));
