import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { interactionsCsv, itemsCsv, readCatalogue } from "../../demo/generator/csv.ts";
import { generate } from "../../demo/generator/generate.ts";

/**
 * Writes the interactions of 300 invented visitors and the whole catalogue into `folder`: enough for the service's
 * minimums, and trained within a second. Returns the configuration that imports them.
 */
export function writeSmallData(folder: string): { interactionsFile: string; itemsFile: string } {
  const catalogue = readCatalogue(readFileSync(join(__dirname, "../../seed/catalogue.csv"), "utf8"));
  const data = generate(catalogue, { users: 300 });
  const files = { interactionsFile: join(folder, "interactions.csv"), itemsFile: join(folder, "items.csv") };
  writeFileSync(files.interactionsFile, interactionsCsv(data));
  writeFileSync(files.itemsFile, itemsCsv(data));
  return files;
}
