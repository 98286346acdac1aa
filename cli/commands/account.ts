import { Command, InvalidArgumentError } from "commander";
import { type AccountOption, accountOptions } from "../../local/account-options";

export function accountCommand(): Command {
  const command = new Command("account")
    .description("Start a local AWS account, for `recommender pulumi` and every SDK. Ctrl-C ends it.")
    .addHelpText(
      "after",
      `
Examples:
  npx recommender account
  npx recommender account --port 5000 --speed 60
  npx recommender account --keep .account`,
    )
    .action(async (options: object) => {
      const { serve } = require("../../local/account/serve") as typeof import("../../local/account/serve");
      const paint = require("../terminal/paint") as typeof import("../terminal/paint");
      await serve({ ...(options as import("../../local/account/serve").ServeOptions), paint });
    });
  for (const [name, option] of Object.entries(accountOptions)) {
    const { description, fallback } = option;
    if (option.value === undefined) command.option(`--${name}`, description);
    else command.option(`--${name} <${option.value}>`, description, readerOf(option), fallback);
  }
  return command;
}

const readerOf =
  ({ read = (text) => text }: AccountOption) =>
  (text: string) => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
