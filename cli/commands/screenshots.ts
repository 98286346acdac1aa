import { Command } from "commander";

export const screenshotsCommand = () =>
  new Command("screenshots")
    .description("Take the console's pictures in docs/images again. Needs Chromium; CHROMIUM names its path.")
    .addHelpText("after", "\nExample:\n  npx recommender screenshots")
    .action(async () => {
      const { takeScreenshots } = require("../../tools/screenshots") as typeof import("../../tools/screenshots");
      await takeScreenshots((line) => console.log(line));
    });
