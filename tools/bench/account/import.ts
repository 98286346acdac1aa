/** The import of a gigabyte of CSV, from the upload to the dataset: `npm run bench -- import`, about two minutes. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createTargets, type Print } from "../targets";
import type { ImportFigures } from "./measured-import";

const megabytes = 1024;
/** The most memory in relation to the file's size. With the whole file in memory it would be more than 1. */
const mostMemory = 0.75;

/** Prints the results and returns the missed targets. */
export function measureImport(print: Print = console.log): string[] {
  const file = join(__dirname, "measured-import.ts");
  const output = execFileSync(process.execPath, ["--import", "tsx", file, String(megabytes)], { encoding: "utf8" });
  const figures = JSON.parse(output) as ImportFigures;
  const { rows, uploadSeconds, importSeconds, residentBefore, residentAtMost, longestWait } = figures;
  print(`${megabytes} MiB of CSV, ${rows.toLocaleString("en")} interactions`);
  print(`Uploaded in ${uploadSeconds.toFixed(0)} s, imported in ${importSeconds.toFixed(0)} s`);
  print(`Longest wait of another call during the import: ${longestWait.toFixed(0)} ms`);
  const memory = (residentAtMost - residentBefore) / megabytes;
  const targets = createTargets(print);
  targets.check(
    memory <= mostMemory,
    `memory grew from ${residentBefore.toFixed(0)} to ${residentAtMost.toFixed(0)} MiB: ${memory.toFixed(2)} × the file, at most ${mostMemory} ×`,
  );
  return targets.missed;
}
