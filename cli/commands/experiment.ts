import { Command } from "commander";
import type { ShowOptions } from "../stack/stack";

export const experimentCommand = () =>
  new Command("experiment")
    .description("Show which variant of a stack's experiment is better for visitors, and what ends it.")
    .option("--json", "print everything as JSON, with the results of each day")
    .addHelpText(
      "after",
      `
It reads the archive since the start, and changes nothing. Look as often as you like: the intervals are always valid.

Example:
  npx recommender experiment --stack prod`,
    )
    .action(async (options: ShowOptions) => {
      const { showExperiment } =
        require("../experiment/show-experiment") as typeof import("../experiment/show-experiment");
      process.exitCode = (await showExperiment(options)) ? 0 : 1;
    });
