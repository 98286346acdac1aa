import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";

export const configurationCommand = () =>
  new Command("configuration")
    .description("Write docs/configuration.md: every key of the stack's configuration.")
    .addHelpText(
      "after",
      `
Run it after changing stacks/config.ts.

Example:
  npx recommender configuration`,
    )
    .action(() => {
      const { createConfigurationDocument } =
        require("../../tools/configuration") as typeof import("../../tools/configuration");
      writeFileSync(join(__dirname, "../../docs/configuration.md"), createConfigurationDocument());
      console.log("docs/configuration.md");
    });
