import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";

export const contractCommand = () =>
  new Command("contract")
    .description("Write the JSON Schemas in docs/contract.")
    .addHelpText(
      "after",
      `
Run it after changing events, requests or answers.

Example:
  npx recommender contract`,
    )
    .action(() => {
      const { createDocuments } =
        require("../../tools/contract/documents") as typeof import("../../tools/contract/documents");
      const folder = join(__dirname, "../../docs/contract");
      for (const [path, text] of createDocuments()) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
        console.log(`docs/contract/${path}`);
      }
    });
