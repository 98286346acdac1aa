import { Command } from "commander";
import { filePath, port } from "../values";

interface Options {
  readonly port: number;
  readonly exit?: boolean;
  readonly interactions?: string;
  readonly items?: string;
}

export const startCommand = () =>
  new Command("start")
    .description("Start a local AWS account, deploy the program to it, and show what it does.")
    .option("--port <number>", "the account's port; 0 is any free port", port, 4566)
    .option("--exit", "end after the tour, with exit code 0 only if every step passed")
    .option("--interactions <file>", "your own interactions, as CSV", filePath)
    .option("--items <file>", "your own items, as CSV", filePath)
    .addHelpText(
      "after",
      `
Examples:
  npx recommender start
  npx recommender start --exit --port 0
  npx recommender start --interactions my-interactions.csv --items my-items.csv`,
    )
    .action(async ({ port, exit = false, interactions, items }: Options) => {
      const files = { interactionsFile: interactions, itemsFile: items };
      const given = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const { start } = require("../../local/tour/start") as typeof import("../../local/tour/start");
      process.exitCode = await start({ port, exit, overrides: Object.fromEntries(given) });
    });
