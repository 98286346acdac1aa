import { Command } from "commander";
import { usualPort } from "../local-account";
import { repeatScript } from "../repeat-command";
import { parseWholeNumber, port, toFilePath } from "../values";

/** At this speed a year passes in five minutes. A clock that is much quicker leaves the dates that JavaScript has. */
const mostSpeed = 100_000;

interface Options {
  readonly port: number;
  readonly speed?: number;
  readonly keep?: string;
  readonly quiet?: boolean;
  readonly reads?: boolean;
  readonly json?: boolean;
}

export const accountCommand = () =>
  new Command("account")
    .description("Start a local AWS account, for `recommender pulumi` and every SDK. Ctrl-C ends it.")
    .option("--port <number>", "the account's port; 0 is any free port", port, usualPort)
    .option(
      "--speed <factor>",
      "virtual time per real time: at 300, a training of five minutes takes a second (default: 300, or what was kept)",
      parseWholeNumber(1, mostSpeed),
    )
    .option(
      "--keep <folder>",
      "keep the account's state in this folder, which is new, empty or of an earlier account, and go on from there",
      toFilePath,
    )
    .option("--quiet", "print only long work and the errors of functions")
    .option("--reads", "print also requests that read and succeed")
    .option("--json", "print one line of JSON with the account's address")
    .addHelpText(
      "after",
      `
Examples:
  npx recommender account
  npx recommender account --port 5000 --speed 60
  npx recommender account --keep .account`,
    )
    .action(async (options: Options, command: Command) => {
      const { serve } = require("../../local/account/serve") as typeof import("../../local/account/serve");
      const paint = require("../terminal/paint") as typeof import("../terminal/paint");
      const { views } = require("../../demo/console/views") as typeof import("../../demo/console/views");
      await serve({
        ...options,
        paint,
        views,
        suggest: (changes) => repeatScript("npm run account", command, changes),
      });
    });
