import { Command } from "commander";
import type { SmokeOptions } from "../smoke/smoke";

export const smokeCommand = () =>
  new Command("smoke")
    .description(
      "Use a deployed stack as visitors and other teams do: get recommendations, re-rank, send events, read the archive.",
    )
    .option("--retrain", "also retrain every model once, which costs as much as a nightly retraining")
    .option("--json", "print the steps as JSON")
    .addHelpText(
      "after",
      `
Without --retrain it costs only requests. The archive's step waits until the archive's buffer is written (five minutes by
default). Exit codes: 0 every step passed, 1 a step failed, 2 wrong usage.

Examples:
  npx recommender smoke --stack prod
  npx recommender smoke --stack dev --retrain`,
    )
    .action(async (options: SmokeOptions) => {
      const { runSmoke } = require("../smoke/smoke") as typeof import("../smoke/smoke");
      if (!(await runSmoke(options))) process.exitCode = 1;
    });
