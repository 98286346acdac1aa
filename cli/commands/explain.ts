import { Command } from "commander";
import type { ExplainOptions } from "../explain/explain";
import { usualDays } from "../explain/words";
import { parseWholeNumber } from "../terminal/values";

export const explainCommand = () =>
  new Command("explain")
    .description("Say why a visitor's list is what it is, or why an item is not in it.")
    .option("--user <id>", "the visitor's userId, as the page sends it")
    .option("--session <id>", "the visitor's sessionId; alone for one who has not signed in")
    .option("--item <id>", "the item whose place, or absence, is explained")
    .option("--placement <name>", "the placement of the page; otherwise the standard one")
    .option("--related-to <id>", "the page's item, at a placement that needs one")
    .option("--filter <words...>", "the filter's name, and the values of its parameters as NAME=value")
    .option("--promotion <values...>", "values of the promotion's parameters as NAME=value")
    .option("--days <number>", "days of the archive that are read", parseWholeNumber(1, 3650), usualDays)
    .option("--json", "print everything as JSON")
    .addHelpText(
      "after",
      `
It asks the function for the visitor's list, which counts as a request, and reads the archive, the quarantine and the
imported interactions. About an item, and for a short list or a fallback, it asks the campaign once more without the filter,
and says so before: on AWS that is billed as a request. It changes nothing and sends no event.

Exit codes: 0 it has read everything, 1 it failed, or objects of the archive cannot be read; 2 wrong usage.

Examples:
  npx recommender explain --stack prod --user 10042
  npx recommender explain --stack prod --user 10042 --item 2-Beagle-2-3
  npx recommender explain --stack prod --user 10042 --item 2-Pug-1-4 --filter bySpecies SPECIES='"2"'`,
    )
    .action(async (options: ExplainOptions, command: Command) => {
      if (options.user === undefined && options.session === undefined) {
        command.error("error: give --user, or --session for a visitor who has not signed in");
      }
      const { printExplanation } = require("../explain/explain") as typeof import("../explain/explain");
      process.exitCode = (await printExplanation(options)) ? 0 : 1;
    });
