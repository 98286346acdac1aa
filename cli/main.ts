/** Runs the command line and ends the process with 0 (success), 1 (failure) or 2 (wrong usage). */
import { CommanderError } from "commander";
import { createProgram } from "./program";

createProgram()
  .parseAsync(process.argv)
  .then(
    () => process.exit(),
    (error: Error) => {
      if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
      console.error(error.message);
      process.exit(1);
    },
  );
