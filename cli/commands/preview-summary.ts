import { Command } from "commander";
import { readGivenText } from "../../seed/own-data/given-file";
import { toFilePath } from "../values";

export const previewSummaryCommand = () =>
  new Command("preview-summary")
    .description("Summarise a preview's changes by component, in at most 100 lines of Markdown.")
    .argument("<file>", "the output of `pulumi preview --json`", toFilePath)
    .requiredOption("--stack <name>", "the stack's name, for the heading")
    .addHelpText(
      "after",
      `
Example:
  pulumi preview --json > preview.json; npx recommender preview-summary preview.json --stack prod`,
    )
    .action((file: string, { stack }: { stack: string }) => {
      const { summarizePreview } = require("../preview/summary") as typeof import("../preview/summary");
      const { parseReport } = require("../preview/report") as typeof import("../preview/report");
      const text = readGivenText({ setting: "preview-summary", path: file, remedy: "Give another file." });
      process.stdout.write(summarizePreview(stack, parseReport(text)));
    });
