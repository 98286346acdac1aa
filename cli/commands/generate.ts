import { Command } from "commander";
import { wholeNumber } from "../values";

/** The model is not trained on fewer. */
const leastUsers = 100;

export const generateCommand = () =>
  new Command("generate")
    .description("Write the seed's interactions and items, and print what a model can find in them.")
    .option("--seed <number>", "of the random numbers; the same seed gives the same bytes", wholeNumber(1), 1)
    .option("--users <number>", "how many visitors", wholeNumber(leastUsers), 4000)
    .addHelpText(
      "after",
      `
Example:
  npx recommender generate --seed 7 --users 1000`,
    )
    .action(async (options: { seed: number; users: number }) => {
      const { generateSeed } = require("../../bench/generate") as typeof import("../../bench/generate");
      generateSeed(options);
    });
