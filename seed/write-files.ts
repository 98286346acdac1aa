import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { interactionsCsv, itemsCsv, readCatalogue } from "./csv";
import { generate } from "./generate";
import type { GeneratorOptions } from "./world";

/** Writes `interactions.csv` and `items.csv` beside this file, and answers how many rows of which kind they have. */
export function writeSeedFiles(options: GeneratorOptions): string {
  const catalogue = readCatalogue(readFileSync(join(__dirname, "catalogue.csv"), "utf8"));
  const data = generate(catalogue, options);
  writeFileSync(join(__dirname, "interactions.csv"), interactionsCsv(data));
  writeFileSync(join(__dirname, "items.csv"), itemsCsv(data));
  const users = new Set(data.interactions.map((row) => row.userId)).size;
  const count = (type: string) => data.interactions.filter((row) => row.eventType === type).length;
  const types = ["DetailView", "Favorite", "Application"].map((type) => `${count(type)} ${type}`).join(", ");
  return `${data.interactions.length} interactions of ${users} users with ${data.items.length} items: ${types}`;
}
