import { Command } from "commander";

export const rollbackCommand = () =>
  new Command("rollback")
    .description("Let a model's campaign serve the version before the last promotion again.")
    .requiredOption("--stack <name>", "the stack, e.g. prod: account and Region come from Pulumi.<stack>.yaml")
    .requiredOption("--model <name>", "recommendation or reranking")
    .option("--to <arn>", "a certain solution version")
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
