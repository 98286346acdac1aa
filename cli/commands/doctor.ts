import { Command, Option } from "commander";
import type { ShowOptions } from "../stack/stack";

interface Options extends ShowOptions {
  readonly deployPolicy?: boolean;
  readonly previewPolicy?: boolean;
}

export const doctorCommand = () =>
  new Command("doctor")
    .description("Check that a stack can be deployed, before the first `pulumi up` and at any time. Changes nothing.")
    .option("--json", "print the checks as JSON")
    .addOption(
      new Option(
        "--deploy-policy",
        "print the IAM policy of a role that deploys, refreshes, rolls back and destroys this configuration",
      ).conflicts(["json", "previewPolicy"]),
    )
    .addOption(new Option("--preview-policy", "print the IAM policy of a role that only previews").conflicts(["json"]))
    .addHelpText(
      "after",
      `
A printed policy is one managed policy. Where it would exceed IAM's limit of 6,144 characters, a list of several is
printed, and the role needs all of them.

Examples:
  npx recommender doctor --stack prod
  npx recommender doctor --stack prod --deploy-policy > policy.json`,
    )
    .action(async ({ deployPolicy, previewPolicy, ...options }: Options) => {
      const { printPolicy, runDoctor } = require("../doctor/doctor") as typeof import("../doctor/doctor");
      if (deployPolicy || previewPolicy) return printPolicy(options.stack, deployPolicy ? "deploy" : "preview");
      if (!(await runDoctor(options))) process.exitCode = 1;
    });
