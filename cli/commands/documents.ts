import { Command } from "commander";

/** The commands that write a part of docs/ again; none has options. */
export const documentCommands = () => [
  documentCommand("configuration", "Write docs/configuration.md, after a change of stacks/config.ts.", () => {
    const { writeConfiguration } = require("../../tools/configuration") as typeof import("../../tools/configuration");
    writeConfiguration();
  }),
  documentCommand("contract", "Write docs/contract/schemas, after a change of events, requests or answers.", () => {
    const { writeDocuments } =
      require("../../tools/contract/documents") as typeof import("../../tools/contract/documents");
    writeDocuments();
  }),
  documentCommand("screenshots", "Take the pictures in docs/images. Needs Chromium; CHROMIUM names its path.", () => {
    const { takeScreenshots } = require("../../tools/screenshots") as typeof import("../../tools/screenshots");
    return takeScreenshots(console.log);
  }),
];

const documentCommand = (name: string, description: string, write: () => void | Promise<void>) =>
  new Command(name)
    .description(description)
    .addHelpText("after", `\nExample:\n  npx recommender ${name}`)
    .action(() => write());
