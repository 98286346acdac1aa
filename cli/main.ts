/** Reads the command line and ends the process: 0 done, 1 failed, 2 wrong usage. */
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
