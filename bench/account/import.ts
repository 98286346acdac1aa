/** A gigabyte of CSV from the upload to the dataset. On its own: `npm run bench -- import`, about two minutes. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { ImportFigures } from "./measured-import";

const megabytes = 1024;
/** What may stay in memory of a file, rows included: had it been held whole, it would be more than all of it. */
const mostHeld = 0.75;

/** Prints what was measured and answers the missed targets. */
export function importSpeed(print: (line: string) => void = console.log): string[] {
  const file = join(__dirname, "measured-import.ts");
  const output = execFileSync(process.execPath, ["--import", "tsx", file, String(megabytes)], { encoding: "utf8" });
  const figures = JSON.parse(output) as ImportFigures;
  const { rows, uploadSeconds, importSeconds, residentBefore, residentAtMost, longestWait } = figures;
  print(`${megabytes} MiB of CSV, ${rows.toLocaleString("en")} interactions`);
  print(`Uploaded in ${uploadSeconds.toFixed(0)} s, imported in ${importSeconds.toFixed(0)} s`);
  print(`The longest that another call waited meanwhile: ${longestWait.toFixed(0)} ms`);
  const held = (residentAtMost - residentBefore) / megabytes;
  const text = `memory grew from ${residentBefore.toFixed(0)} to ${residentAtMost.toFixed(0)} MiB: ${held.toFixed(2)} × the file, at most ${mostHeld} ×`;
  print(`${held <= mostHeld ? "  holds " : "  MISSED"}  ${text}`);
  return held <= mostHeld ? [] : [text];
}
