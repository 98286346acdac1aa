import { Command, CommanderError } from "commander";
import { accountCommand } from "./commands/account";
import { costsCommand } from "./commands/costs";
import { doctorCommand } from "./commands/doctor";
import { environmentCommand } from "./commands/environment";
import { evaluateCommand } from "./commands/evaluate";
import { experimentCommand } from "./commands/experiment";
import { explainCommand } from "./commands/explain";
import { forgetCommand } from "./commands/forget";
import { historyCommand } from "./commands/history";
import { pulumiCommand } from "./commands/pulumi";
import { rebuildCommand } from "./commands/rebuild";
import { replayCommand } from "./commands/replay";
import { rollbackCommand } from "./commands/rollback";
import { smokeCommand } from "./commands/smoke";
import { startCommand } from "./commands/start";
import { statusCommand } from "./commands/status";
import { explainAccess } from "./stack/explain-access";
import { addStackOptions } from "./terminal/local-account";
import { escapeForTerminal, printError } from "./terminal/print";

/** Errors repeat what the user typed. */
const output = { writeErr: (text: string) => void process.stderr.write(escapeForTerminal(text)) };

/**
 * Creates the command line. Each command is a file in `commands/`, which calls the code of the
 * other folders, of `demo/` or `local/`. A command that fails throws an error or sets
 * `process.exitCode`.
 */
export function createProgram(): Command {
  const program = new Command("recommender")
    .description("Pet recommendations on Amazon Personalize, and a local AWS account to run them on.")
    // So that options after `pulumi` are passed to Pulumi.
    .enablePositionalOptions()
    .addHelpText(
      "after",
      `
Exit codes: 0 the command succeeded, 1 it failed, 2 wrong usage.

Examples:
  npx recommender start                      deploy everything to a local account and show what it does
  npx recommender start --help               options and examples of one command`,
    );
  const onAws = [
    doctorCommand(),
    statusCommand(),
    explainCommand(),
    historyCommand(),
    costsCommand(),
    experimentCommand(),
    rollbackCommand(),
    replayCommand(),
    rebuildCommand(),
    forgetCommand(),
    smokeCommand(),
  ];
  onAws.forEach(addStackOptions);
  const commands = [
    startCommand(),
    accountCommand(),
    pulumiCommand(),
    environmentCommand(),
    ...onAws,
    evaluateCommand(),
  ];
  for (const command of [program, ...commands]) {
    command.exitOverride().showHelpAfterError("(--help shows the usage)").configureOutput(output);
  }
  for (const command of commands) program.addCommand(command);
  return program;
}

/** Runs a command, and returns its exit code: 0 (success), 1 (failure) or 2 (wrong usage). */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printError(explainAccess(error).message);
    return 1;
  }
}
