/** Runs the command line and ends the process with 0 (success), 1 (failure) or 2 (wrong usage). */
import { CommanderError } from "commander";
import { createProgram } from "./program";
import { explainAccess } from "./stack/explain-access";
import { printError } from "./terminal/print";

// Node.js would print what a terminal obeys.
process.on("uncaughtException", (error) => {
  printError(error.stack ?? String(error));
  process.exit(1);
});

createProgram()
  .parseAsync(process.argv)
  .then(
    () => process.exit(),
    (error: Error) => {
      if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
      printError(explainAccess(error).message);
      process.exit(1);
    },
  );
