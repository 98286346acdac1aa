/** Runs the command line, and ends the process with its exit code. */
import { runProgram } from "./program";
import { printError } from "./terminal/print";

// Node.js would print what a terminal obeys.
process.on("uncaughtException", (error) => {
  printError(error.stack ?? String(error));
  process.exit(1);
});

// The reader of a pipe, such as `head`, has what it wants.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

runProgram(process.argv.slice(2)).then((code) => process.exit(code));
