import { Command } from "commander";
import type { RollbackOptions } from "../rollback/rollback";

export const rollbackCommand = () =>
  new Command("rollback")
    .description("Roll a model's campaign back to the version before the last promotion.")
    .requiredOption("--model <name>", "one of the stack's models, as `status` lists them")
    .option("--to <arn>", "the ARN of another solution version")
    .option("--yes", "do not ask before the rollback")
    .option("--json", "print the decision as JSON")
    .addHelpText(
      "after",
      `
It first checks that there is a version to go back to, and asks. It waits for the end, also of a rollback that is already
running. Ctrl-C ends the waiting, not the rollback. Run again, it does not go back further: to do that, name the version
with --to.

Examples:
  npx recommender rollback --stack prod --model recommendation
  npx recommender rollback --stack prod --model recommendation --to arn:aws:personalize:…`,
    )
    .action(async (options: RollbackOptions) => {
      const { rollBack } = require("../rollback/rollback") as typeof import("../rollback/rollback");
      process.exitCode = (await rollBack(options)) ? 0 : 1;
    });
