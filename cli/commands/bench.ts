import { Argument, Command } from "commander";
import { type SectionName, sectionNames } from "../../bench/sections";
import { oneOf, wholeNumber } from "../values";

export const benchCommand = () =>
  new Command("bench")
    .description("Run measurements and compare them with their targets.")
    .addArgument(
      new Argument("[sections...]", `${sectionNames.join(", ")}; default: all`).argParser(
        (name: string, before: readonly SectionName[] = []) => [...before, oneOf(sectionNames)(name)],
      ),
    )
    .option("--seed <number>", "for the section fuzz: the seed of a run to repeat", wholeNumber(0))
    .option("--count <number>", "for the section fuzz: the number of requests", wholeNumber(1))
    .addHelpText(
      "after",
      `
The exit code is 1 when a target was missed. Absolute times depend on the machine and on its other work.

Examples:
  npx recommender bench account
  npx recommender bench fuzz --seed 7`,
    )
    .action(async (sections: readonly SectionName[] | undefined, options: { seed?: number; count?: number }) => {
      const { bench } = require("../../bench/main") as typeof import("../../bench/main");
      process.exitCode = (await bench(sections ?? sectionNames, options)) ? 0 : 1;
    });
