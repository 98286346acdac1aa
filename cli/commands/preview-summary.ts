import { readFileSync } from "node:fs";
import { Command } from "commander";
import { toFilePath } from "../values";

export const previewSummaryCommand = () =>
  new Command("preview-summary")
    .description("Print what a preview changes, by component, as Markdown of at most 100 lines.")
    .argument("<file>", "what `pulumi preview --json` printed", toFilePath)
    .requiredOption("--stack <name>", "for the heading")
    .addHelpText(
      "after",
      `
Example:
  pulumi preview --json > preview.json; npx recommender preview-summary preview.json --stack prod`,
    )
    .action((file: string, { stack }: { stack: string }) => {
      const { summarizePreview } = require("../preview/summary") as typeof import("../preview/summary");
      process.stdout.write(summarizePreview(stack, JSON.parse(readFileSync(file, "utf8"))));
    });
