import { Command } from "commander";
import type { HistoryOptions } from "../history/history";
import { parseWholeNumber } from "../terminal/values";

export const historyCommand = () =>
  new Command("history")
    .description("List the retraining's decisions: time, versions, metrics, outcome and reason.")
    .option("--model <name>", "one of the stack's models, as `status` lists them; otherwise all")
    .option("--limit <number>", "decisions per model, the newest first", parseWholeNumber(1), 20)
    .option("--json", "print the decisions as JSON")
    .addHelpText(
      "after",
      `
Examples:
  npx recommender history --stack prod
  npx recommender history --stack prod --model recommendation`,
    )
    .action(async (options: HistoryOptions) => {
      const { printHistory } = require("../history/history") as typeof import("../history/history");
      await printHistory(options);
    });
