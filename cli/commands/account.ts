import { Command } from "commander";
import { parseWholeNumber, port, toFilePath } from "../values";

interface Options {
  readonly port: number;
  readonly speed?: number;
  readonly keep?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export const accountCommand = () =>
  new Command("account")
    .description("Start a local AWS account, for `recommender pulumi` and every SDK. Ctrl-C ends it.")
    .option("--port <number>", "the account's port; 0 is any free port", port, 4566)
    .option(
      "--speed <factor>",
      "virtual time per real time: at 300, a training of five minutes takes a second (default: 300, or what was kept)",
      parseWholeNumber(1),
    )
    .option(
      "--keep <folder>",
      "keep the account's state in this folder, and go on from the state that it has",
      toFilePath,
    )
    .option("--quiet", "print no line for each request")
    .option("--json", "print one line of JSON with the account's address")
    .addHelpText(
      "after",
      `
Examples:
  npx recommender account
  npx recommender account --port 5000 --speed 60
  npx recommender account --keep .account`,
    )
    .action(async (options: Options) => {
      const { serve } = require("../../local/account/serve") as typeof import("../../local/account/serve");
      await serve(options);
    });
