import { Command } from "commander";
import { parseWholeNumber } from "../terminal/values";

/** The model cannot be trained with fewer users. */
const leastUsers = 100;
/** A hundred times the memory of a usual machine would be needed for more. */
const mostUsers = 1_000_000;

export const generateCommand = () =>
  new Command("generate")
    .description("Write the seed's interactions and items, and print how well models predict them.")
    .option(
      "--seed <number>",
      "the seed for random numbers; the same seed gives the same bytes",
      parseWholeNumber(1),
      1,
    )
    .option("--users <number>", "the number of visitors", parseWholeNumber(leastUsers, mostUsers), 4000)
    .addHelpText(
      "after",
      `
Example:
  npx recommender generate --seed 7 --users 1000`,
    )
    .action(async (options: { seed: number; users: number }) => {
      const { generateSeed } = require("../../tools/generate") as typeof import("../../tools/generate");
      generateSeed(options);
    });
