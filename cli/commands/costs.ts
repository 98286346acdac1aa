import { Command } from "commander";
import type { CostsOptions } from "../costs/costs";
import { parseWholeNumber } from "../terminal/values";

/** CloudWatch keeps values of five minutes for 63 days (API reference, GetMetricData). */
const mostDays = 60;

export const costsCommand = () =>
  new Command("costs")
    .description("Show what a stack is billed for, and what would lower it. It changes nothing.")
    .option("--days <number>", `the last days, at most ${mostDays}`, parseWholeNumber(1, mostDays), 30)
    .option("--json", "print everything as JSON")
    .addHelpText(
      "after",
      `
Prices are those of recommender:prices in the stack's file; without them there are quantities.

Examples:
  npx recommender costs --stack prod
  npx recommender costs --stack prod --days 7 --json`,
    )
    .action(async (options: CostsOptions) => {
      const { printCosts } = require("../costs/costs") as typeof import("../costs/costs");
      await printCosts(options);
    });
