import { Command } from "commander";

export const doctorCommand = () =>
  new Command("doctor")
    .description(
      "Check whether a stack can be deployed, before the first `pulumi up` and at any time. Changes nothing.",
    )
    .requiredOption("--stack <name>", "the stack, e.g. prod; its settings are read from Pulumi.<stack>.yaml")
    .option("--json", "print the checks as JSON")
    .addHelpText(
      "after",
      `
Exit codes: 0 no check failed, 1 a check failed, 2 wrong usage.

Examples:
  npx recommender doctor --stack prod
  npx recommender doctor --stack prod --json`,
    )
    .action(async (options: { stack: string; json?: boolean }) => {
      const { runDoctor } = require("../doctor/doctor") as typeof import("../doctor/doctor");
      if (!(await runDoctor(options))) process.exitCode = 1;
    });
