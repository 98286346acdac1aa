import { Argument, Command } from "commander";
import { type SectionName, sectionNames } from "../../tools/bench/sections";
import { oneOf } from "../terminal/values";

export const benchCommand = () =>
  new Command("bench")
    .description("Run measurements and compare them with their targets.")
    .addArgument(
      new Argument("[sections...]", `${sectionNames.join(", ")}; default: all`).argParser(
        (name: string, before: readonly SectionName[] = []) => [...before, oneOf(sectionNames)(name)],
      ),
    )
    .addHelpText(
      "after",
      `
The exit code is 1 if a target was missed. Absolute times depend on the machine and its other work.

Example:
  npx recommender bench account`,
    )
    .action(async (sections: readonly SectionName[] = sectionNames) => {
      const { bench } = require("../../tools/bench/main") as typeof import("../../tools/bench/main");
      process.exitCode = (await bench(sections)) ? 0 : 1;
    });
