import { Command } from "commander";
import { quoteForShell } from "../../text/shell-word";

export const environmentCommand = () =>
  new Command("environment")
    .description("Print the environment variables with which the Pulumi CLI and the AWS CLI use the local account.")
    .option("--json", "print the variables as one JSON object")
    .addHelpText(
      "after",
      `
Example:
  eval "$(npx recommender environment)" && pulumi -C local preview`,
    )
    .action(async ({ json = false }: { json?: boolean }) => {
      const { localEnvironment } =
        require("../../local/pulumi/environment") as typeof import("../../local/pulumi/environment");
      const { refreshCopies } =
        require("../../local/pulumi/run-pulumi") as typeof import("../../local/pulumi/run-pulumi");
      refreshCopies();
      const variables = localEnvironment();
      if (json) console.log(JSON.stringify(variables, null, 2));
      else for (const [name, value] of Object.entries(variables)) console.log(`export ${name}=${quoteForShell(value)}`);
    });
