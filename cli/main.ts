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

// The reader of a pipe, such as `head`, has what it wants.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
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
