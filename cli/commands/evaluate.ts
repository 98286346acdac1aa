import { Command } from "commander";
import type { EvaluateOptions } from "../evaluate/own-data";
import { toFilePath } from "../terminal/values";

export const evaluateCommand = () =>
  new Command("evaluate")
    .description("Evaluate your data before you pay for a training.")
    .requiredOption("--interactions <file>", "interactions as CSV: USER_ID, ITEM_ID, TIMESTAMP, EVENT_TYPE", toFilePath)
    .option(
      "--interactions-schema <file>",
      "their Avro schema, if they have your own columns; by default the seed's",
      toFilePath,
    )
    .option("--items <file>", "items as CSV, with ITEM_ID", toFilePath)
    .option(
      "--users <file>",
      "users as CSV, with USER_ID: judged as for a deployment, and not learned from",
      toFilePath,
    )
    .option(
      "--event-weights <list>",
      "compare these weights of event types, 0 to 1, with equal ones, as Like=1,View=0.1",
    )
    .addHelpText(
      "after",
      `
The exit code is 1 if the service would refuse the files or the data.

Example:
  npx recommender evaluate --interactions my-interactions.csv --items my-items.csv`,
    )
    .action((options: EvaluateOptions) => {
      const { evaluate } = require("../evaluate/evaluate") as typeof import("../evaluate/evaluate");
      process.exitCode = evaluate(options) ? 0 : 1;
    });
