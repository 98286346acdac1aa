import { Command } from "commander";
import { quoteForShell } from "../../names/shell";
import { accountAddress, portOption } from "../terminal/local-account";
import { print } from "../terminal/print";

export const environmentCommand = () =>
  new Command("environment")
    .description("Print the environment variables that point the Pulumi CLI and the AWS CLI at the local account.")
    .addOption(portOption())
    .addHelpText(
      "after",
      `
Example:
  eval "$(npx recommender environment)" && pulumi -C local preview`,
    )
    .action(async ({ port }: { port?: number }) => {
      const { localEnvironment } = require("../pulumi/environment") as typeof import("../pulumi/environment");
      const variables = Object.entries(localEnvironment(accountAddress(port)));
      const removed = variables.filter(([, value]) => value === undefined).map(([name]) => name);
      print(`unset ${removed.join(" ")}`);
      for (const [name, value] of variables) {
        if (value !== undefined) print(`export ${name}=${quoteForShell(value)}`);
      }
    });
