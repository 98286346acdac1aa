import { Command } from "commander";
import { readGivenText } from "../../seed/own-data/given-file";
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
      const { parseReport } = require("../preview/report") as typeof import("../preview/report");
      const text = readGivenText({ setting: "preview-summary", path: file, remedy: "Give another file." });
      process.stdout.write(summarizePreview(stack, parseReport(text)));
    });
