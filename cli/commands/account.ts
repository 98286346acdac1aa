import { Command } from "commander";
import { parseWholeNumber, port } from "../values";

export const accountCommand = () =>
  new Command("account")
    .description("Start an empty local AWS account, for `recommender pulumi` and every SDK. Ctrl-C ends it.")
    .option("--port <number>", "the account's port; 0 is any free port", port, 4566)
    .option(
      "--speed <factor>",
      "virtual time per real time: at 300, a training of five minutes takes a second",
      parseWholeNumber(1),
      300,
    )
    .option("--quiet", "print no line for each request")
    .option("--json", "print one line of JSON with the account's address")
    .addHelpText(
      "after",
      `
Examples:
  npx recommender account
  npx recommender account --port 5000 --speed 60`,
    )
    .action(async (options: { port: number; speed: number; quiet?: boolean; json?: boolean }) => {
      const { serve } = require("../../local/account/serve") as typeof import("../../local/account/serve");
      await serve(options);
    });
