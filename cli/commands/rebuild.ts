import { Command } from "commander";
import type { RebuildOptions } from "../recovery/rebuild/rebuild";

export const rebuildCommand = () =>
  new Command("rebuild")
    .description("Import all interactions again, from the seed and the archive, into a lost or damaged dataset.")
    .option("--yes", "do not ask before the import replaces the dataset's imported rows")
    .option("--json", "print the counts as JSON")
    .addHelpText(
      "after",
      `
Writes each interaction once to a CSV file below rebuild/ in the data bucket, shows the counts, and imports it with the mode
FULL. Events that the dataset received from the stream stay. Run it again after an interruption: it waits for a
running import.

Exit codes: 0 the import is ACTIVE, 1 it failed, was not confirmed or left out objects that cannot be read, 2 wrong usage.

Example:
  npx recommender rebuild --stack prod`,
    )
    .action(async (options: RebuildOptions) => {
      const { rebuild } = require("../recovery/rebuild/rebuild") as typeof import("../recovery/rebuild/rebuild");
      process.exitCode = (await rebuild(options)) ? 0 : 1;
    });
