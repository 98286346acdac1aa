import { Command, InvalidArgumentError } from "commander";
import { type AccountOption, accountOptions } from "../../local/account-options";
import type { ServeOptions } from "../../local/serve";
import { accountAddress, localPulumi } from "../terminal/local-account";

export function accountCommand(): Command {
  const command = new Command("account")
    .description("Start a local AWS account for `recommender pulumi` and every SDK. Ctrl-C ends it.")
    .addHelpText(
      "after",
      `
Examples:
  npx recommender account
  npx recommender account --port 5000 --speed 60`,
    )
    .action(async (options: ServeOptions) => {
      const { serve } = require("../../local/serve") as typeof import("../../local/serve");
      const paint = require("../terminal/paint") as typeof import("../terminal/paint");
      const { views } = require("../../demo/console/views") as typeof import("../../demo/console/views");
      // For the commands that its console prints.
      process.env.PULUMI_COMMAND = localPulumi(accountAddress(options.port));
      await serve({
        ...options,
        paint,
        views,
        suggest: ({ port }) => `npm run account -- --port ${port}`,
      });
    });
  for (const [name, option] of Object.entries(accountOptions)) {
    const { value, description, fallback } = option;
    if (value === undefined) command.option(`--${name}`, description);
    else command.option(`--${name} <${value}>`, description, readerOf(option), fallback);
  }
  return command;
}

function readerOf({ read = (text) => text }: AccountOption): (text: string) => unknown {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}
