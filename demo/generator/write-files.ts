import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { interactionsCsv, itemsCsv, readCatalogue } from "./csv";
import { generate } from "./generate";
import type { GeneratorOptions } from "./world";

const seed = join(__dirname, "../../seed");

/** Writes `seed/interactions.csv` and `seed/items.csv`, and returns a summary of their rows. */
export function writeSeedFiles(options: GeneratorOptions): string {
  const catalogue = readCatalogue(readFileSync(join(seed, "catalogue.csv"), "utf8"));
  const data = generate(catalogue, options);
  const files = { "interactions.csv": interactionsCsv(data), "items.csv": itemsCsv(data) };
  // Renamed when both are complete, so that an interruption leaves no half a file.
  for (const [name, text] of Object.entries(files)) writeFileSync(join(seed, `${name}.unfinished`), text);
  for (const name of Object.keys(files)) renameSync(join(seed, `${name}.unfinished`), join(seed, name));
  const users = new Set(data.interactions.map((row) => row.userId)).size;
  const count = (type: string) => data.interactions.filter((row) => row.eventType === type).length;
  const types = ["DetailView", "Favorite", "Application"].map((type) => `${count(type)} ${type}`).join(", ");
  return `${data.interactions.length} interactions of ${users} users with ${data.items.length} items: ${types}`;
}
