import { Command } from "commander";
import type { ExperimentOptions } from "../experiment/show-experiment";

export const experimentCommand = () =>
  new Command("experiment")
    .description("Show which variant of a stack's experiment is better for visitors, and what ends it.")
    .option("--json", "print everything as JSON, with the results of each day")
    .addHelpText(
      "after",
      `
It reads the archive since the start, and changes nothing. Look as often as you like: the intervals are always valid.

Exit codes: 0 the verdict is printed, 1 it failed or objects of the archive cannot be read, 2 wrong usage.

Example:
  npx recommender experiment --stack prod`,
    )
    .action(async (options: ExperimentOptions) => {
      const { showExperiment } =
        require("../experiment/show-experiment") as typeof import("../experiment/show-experiment");
      process.exitCode = (await showExperiment(options)) ? 0 : 1;
    });
