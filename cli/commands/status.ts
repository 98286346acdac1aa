import { Command } from "commander";
import type { ShowOptions } from "../stack/stack";

export const statusCommand = () =>
  new Command("status")
    .description("Show what a stack serves, trains and receives, and which alarms fire, on one screen.")
    .option("--json", "print everything as JSON")
    .addHelpText(
      "after",
      `
Example:
  npx recommender status --stack prod`,
    )
    .action(async (options: ShowOptions) => {
      const { showStatus } = require("../status/show-status") as typeof import("../status/show-status");
      await showStatus(options);
    });
