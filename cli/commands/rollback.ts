import { Command } from "commander";

export const rollbackCommand = () =>
  new Command("rollback")
    .description("Roll a model's campaign back to the version before the last promotion.")
    .requiredOption("--stack <name>", "the stack, e.g. prod; account and Region are read from Pulumi.<stack>.yaml")
    .requiredOption("--model <name>", "recommendation or reranking")
    .option("--to <arn>", "the ARN of another solution version")
    .option("--json", "print the decision as JSON")
    .addHelpText(
      "after",
      `
Examples:
  npx recommender rollback --stack prod --model recommendation
  npx recommender rollback --stack prod --model recommendation --to arn:aws:personalize:…`,
    )
    .action(async (options: { stack: string; model: string; to?: string; json?: boolean }) => {
      const { rollBack } = require("../stack/rollback") as typeof import("../stack/rollback");
      await rollBack(options);
    });
