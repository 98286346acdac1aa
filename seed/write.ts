/** `npm run generate [-- --seed 1 --users 4000]`: writes the seed's interactions and items beside this file. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { interactionsCsv, itemsCsv, readCatalogue } from "./csv";
import { generate } from "./generate";

const { values } = parseArgs({ options: { seed: { type: "string" }, users: { type: "string" } } });

function wholeNumber(name: "seed" | "users", fallback: number): number {
  const value = values[name] === undefined ? fallback : Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`generate: --${name} is ${values[name]}. Give a whole number of 1 or more.`);
}

const catalogue = readCatalogue(readFileSync(join(__dirname, "catalogue.csv"), "utf8"));
const data = generate(catalogue, { seed: wholeNumber("seed", 1), users: wholeNumber("users", 4000) });
writeFileSync(join(__dirname, "interactions.csv"), interactionsCsv(data));
writeFileSync(join(__dirname, "items.csv"), itemsCsv(data));

const users = new Set(data.interactions.map((row) => row.userId)).size;
const count = (type: string) => data.interactions.filter((row) => row.eventType === type).length;
console.log(
  `${data.interactions.length} interactions of ${users} users with ${data.items.length} items: ` +
    ["DetailView", "Favorite", "Application"].map((type) => `${count(type)} ${type}`).join(", "),
);
