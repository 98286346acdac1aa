import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { interactionsCsv, itemsCsv, readCatalogue } from "../../demo/generator/csv.ts";
import { type GeneratedData, generate } from "../../demo/generator/generate.ts";
import type { GeneratorOptions } from "../../demo/generator/world.ts";

/**
 * Those of the catalogue: a training's time grows with the items, and most of a test's time would
 * be trainings.
 */
const breeds = ["Bengal", "Persian", "Siamese", "Beagle", "Boxer", "Havanese", "Pug", "Samoyed"];

export const importedVisitors = 300;

/** The data of invented visitors: without options those of the files. */
export function generateSmallData(options: GeneratorOptions = {}): GeneratedData {
  const catalogue = readCatalogue(readFileSync(join(__dirname, "../../seed/catalogue.csv"), "utf8"));
  const small = catalogue.filter(({ breed }) => breeds.includes(breed));
  return generate(small, { users: importedVisitors, ...options });
}

/**
 * Writes the interactions of 300 invented visitors and 200 items of the catalogue into `folder`:
 * enough for the service's minimums, and trained within a second. Returns the configuration that
 * imports them.
 */
export function writeSmallData(folder: string): { interactionsFile: string; itemsFile: string } {
  const data = generateSmallData();
  const files = { interactionsFile: join(folder, "interactions.csv"), itemsFile: join(folder, "items.csv") };
  writeFileSync(files.interactionsFile, interactionsCsv(data));
  writeFileSync(files.itemsFile, itemsCsv(data));
  return files;
}

export const devices = ["phone", "desktop", "tablet"];

/**
 * Writes the same with a column of the visitors' devices in the interactions, and a schema with it
 * and with `more` fields, which the file does not have.
 */
export function writeDeviceData(folder: string, column: string, more: readonly object[] = []) {
  const files = writeSmallData(folder);
  const [header = "", ...rows] = readFileSync(files.interactionsFile, "utf8").trimEnd().split("\n");
  const filled = rows.map((row, index) => `${row},${devices[index % devices.length]}`);
  writeFileSync(files.interactionsFile, `${[`${header},${column}`, ...filled].join("\n")}\n`);
  const schema = JSON.parse(readFileSync(join(__dirname, "../../seed/interactions.schema.json"), "utf8"));
  schema.fields.push({ name: column, type: ["null", "string"], categorical: true }, ...more);
  const interactionsSchemaFile = join(folder, "interactions.schema.json");
  writeFileSync(interactionsSchemaFile, JSON.stringify(schema));
  return { ...files, interactionsSchemaFile };
}
