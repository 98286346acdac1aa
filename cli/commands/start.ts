import { Command } from "commander";
import type { OwnFiles } from "../../demo/own-data";
import type { StartOptions } from "../../demo/tour/start";
import { usualPort } from "../terminal/local-account";
import { print } from "../terminal/print";
import { parseWholeNumber, toFilePath } from "../terminal/values";

type Options = { readonly yes?: boolean } & OwnFiles &
  Pick<StartOptions, "port" | "seed"> &
  Partial<Pick<StartOptions, keyof typeof off>>;

/** The values of options that are not given. */
const off = { exit: false, quiet: false, reads: false, watch: false };

export const startCommand = () =>
  new Command("start")
    .description("Start a local AWS account, deploy the program to it, and show what it does.")
    .option("--port <number>", "the account's port; 0 is any free port", parseWholeNumber(0, 65_535), usualPort)
    .option("--exit", "end after the tour, with exit code 0 only if every step passed")
    .option("--watch", "after the tour, deploy the program again whenever one of its files is saved")
    .option(
      "--seed <number>",
      "draws the account's ids from a seed: two tours of one seed show the same lists",
      parseWholeNumber(0, 2 ** 31 - 1),
    )
    .option("--quiet", "after the tour, print only long jobs and functions' errors")
    .option("--reads", "after the tour, also print requests that only read and succeed")
    .option("--interactions <file>", "your own interactions, as CSV", toFilePath)
    .option(
      "--interactions-schema <file>",
      "their Avro schema, if they have your own columns; by default the seed's",
      toFilePath,
    )
    .option("--items <file>", "their items, as CSV; by default the items of the interactions", toFilePath)
    .option("--items-schema <file>", "the items' Avro schema; by default derived from their values", toFilePath)
    .option("--users <file>", "what is known about users, as CSV; by default nothing", toFilePath)
    .option("--users-schema <file>", "the users' Avro schema; by default derived from their values", toFilePath)
    .option("--yes", "do not ask where your files have what is probably not meant")
    .addHelpText(
      "after",
      `
Examples:
  npx recommender start
  npx recommender start --watch
  npx recommender start --exit --port 0
  npx recommender start --interactions my-interactions.csv --items my-items.csv`,
    )
    .action(async (options: Options) => {
      const { interactions, interactionsSchema, items, itemsSchema, users, usersSchema, yes, ...tour } = options;
      const { chooseOwnData } = require("../../demo/own-data") as typeof import("../../demo/own-data");
      const own = { interactions, interactionsSchema, items, itemsSchema, users, usersSchema };
      const { overrides, notes, warnings } = chooseOwnData(own);
      for (const note of notes) print(note);
      for (const warning of warnings) print(`Warning: ${warning}`);
      if (warnings.length > 0 && !(await isMeant(yes))) {
        process.exitCode = 1;
        return;
      }
      const { start } = require("../../demo/tour/start") as typeof import("../../demo/tour/start");
      process.exitCode = await start({ ...off, ...tour, overrides });
    });

/** Asks before a deployment of a minute whether files with warnings are the right ones. */
async function isMeant(yes = false): Promise<boolean> {
  const { confirm, requireSomeoneToAsk } = require("../terminal/confirm") as typeof import("../terminal/confirm");
  requireSomeoneToAsk(yes);
  return yes || (await confirm("Deploy these data all the same?"));
}
