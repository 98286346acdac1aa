import { Argument, Command } from "commander";
import type { BenchOptions } from "../../tools/bench/main";
import { type SectionName, sectionNames, shortSections } from "../../tools/bench/sections";
import { oneOf, parseWholeNumber } from "../terminal/values";

export const benchCommand = () =>
  new Command("bench")
    .description("Run measurements and compare them with their targets.")
    .addArgument(
      new Argument(
        "[sections...]",
        `${sectionNames.join(", ")}; default: all but faults and soak, which take at least an hour`,
      ).argParser((name: string, before: readonly SectionName[] = []) => [...before, oneOf(sectionNames)(name)]),
    )
    .option("--seed <number>", "for the sections faults and soak: the seed of a run to repeat", parseWholeNumber(0))
    .option("--count <number>", "for soak: the number of events", parseWholeNumber(1))
    .option("--cdk-app <folder>", "for engine: an AWS CDK app whose `cdk synth` is measured in the same run")
    .addHelpText(
      "after",
      `
The exit code is 1 if a target was missed. Absolute times depend on the machine and its other work.

Examples:
  npx recommender bench account
  npx recommender bench faults --seed 7
  npx recommender bench soak --count 100000`,
    )
    .action(async (sections: readonly SectionName[] | undefined, options: BenchOptions) => {
      const { bench } = require("../../tools/bench/main") as typeof import("../../tools/bench/main");
      process.exitCode = (await bench(sections ?? shortSections, options)) ? 0 : 1;
    });
