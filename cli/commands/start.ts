import { Command } from "commander";
import { usualPort } from "../local-account";
import { type Changes, repeatScript } from "../repeat-command";
import { port, toFilePath } from "../values";

interface Options {
  readonly port: number;
  readonly exit?: boolean;
  readonly quiet?: boolean;
  readonly reads?: boolean;
  readonly watch?: boolean;
  readonly keep?: string;
  readonly interactions?: string;
  readonly interactionsSchema?: string;
  readonly items?: string;
  readonly itemsSchema?: string;
}

export const startCommand = () =>
  new Command("start")
    .description("Start a local AWS account, deploy the program to it, and show what it does.")
    .option("--port <number>", "the account's port; 0 is any free port", port, usualPort)
    .option("--exit", "end after the tour, with exit code 0 only if every step passed")
    .option("--watch", "after the tour, deploy the program again whenever one of its files is saved")
    .option(
      "--keep <folder>",
      "keep the account's state in this folder (new, empty, or of an earlier account) and continue from there",
      toFilePath,
    )
    .option("--quiet", "after the tour, print only long work and functions' errors")
    .option("--reads", "after the tour, also print requests that only read and succeed")
    .option("--interactions <file>", "your own interactions, as CSV", toFilePath)
    .option(
      "--interactions-schema <file>",
      "their Avro schema, if they have your own columns; by default the seed's",
      toFilePath,
    )
    .option("--items <file>", "their items, as CSV; by default the items of the interactions", toFilePath)
    .option("--items-schema <file>", "the items' Avro schema; by default derived from their values", toFilePath)
    .addHelpText(
      "after",
      `
Examples:
  npx recommender start
  npx recommender start --watch
  npx recommender start --exit --port 0
  npx recommender start --keep .account
  npx recommender start --interactions my-interactions.csv --items my-items.csv`,
    )
    .action(async (options: Options, command: Command) => {
      const { port, exit = false, quiet = false, reads = false, watch = false, keep, ...own } = options;
      const suggest = (changes?: Changes) => repeatScript("npm start", command, changes);
      const { chooseOwnData } = require("../../demo/own-data") as typeof import("../../demo/own-data");
      const { overrides, notes } = chooseOwnData(own, suggest);
      for (const note of notes) console.log(note);
      const { start } = require("../../demo/tour/start") as typeof import("../../demo/tour/start");
      process.exitCode = await start({
        port,
        exit,
        quiet,
        reads,
        watch,
        overrides,
        suggest,
        ...(keep !== undefined && { keep }),
      });
    });
