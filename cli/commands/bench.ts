import { Argument, Command } from "commander";
import { type SectionName, sectionNames } from "../../bench/sections";
import { oneOf, wholeNumber } from "../values";

export const benchCommand = () =>
  new Command("bench")
    .description("Measure, as ratios in one run, and compare with the targets.")
    .addArgument(
      new Argument("[sections...]", `${sectionNames.join(", ")}; without names all of them`).argParser(
        (name: string, before: readonly SectionName[] = []) => [...before, oneOf(sectionNames)(name)],
      ),
    )
    .option("--seed <number>", "of the section fuzz: repeats a run", wholeNumber(0))
    .option("--count <number>", "of the section fuzz: how many requests", wholeNumber(1))
    .addHelpText(
      "after",
      `
The exit code is 1 when a target was missed. Absolute times depend on the machine and on what else it does.

Examples:
  npx recommender bench account
  npx recommender bench fuzz --seed 7`,
    )
    .action(async (sections: readonly SectionName[] | undefined, options: { seed?: number; count?: number }) => {
      const { bench } = require("../../bench/main") as typeof import("../../bench/main");
      process.exitCode = (await bench(sections ?? sectionNames, options)) ? 0 : 1;
    });
