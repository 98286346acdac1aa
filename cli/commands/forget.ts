import { Command } from "commander";
import { requireSomeoneToAsk } from "../confirm";
import type { ForgetOptions } from "../recovery/forget/forget";

export const forgetCommand = () =>
  new Command("forget")
    .description("Delete a visitor's data: in the buckets and in Personalize.")
    .requiredOption("--stack <name>", "the stack, e.g. prod")
    .requiredOption("--user <id>", "the visitor's userId; the sessionId of one who never signed in")
    .option(
      "--list-bucket <name>",
      "where Personalize reads the ids, when it refuses the data bucket because of the bucket's key",
    )
    .option("--yes", "do not ask before the deletion")
    .option("--json", "print what was deleted as JSON")
    .addHelpText(
      "after",
      `
Deletes the visitor's events, those before the sign-in too, in all versions of the objects, and the visitor's rows in the copy
of the imported interactions and in the lists for mailings. Then runs a data deletion job of Personalize, which can take a day,
and looks again for what came meanwhile. Prints what was deleted and what AWS keeps for how long. Run it again after an
interruption: it continues with the ids that it had found, and waits for a job that is under way. There is no undo.

Exit codes: 0 everything was deleted; 1 it failed, something came until the end, or the visitor is in the file of
interactionsFile; 2 wrong usage; 130 after Ctrl-C.

Example:
  npx recommender forget --stack prod --user 10042`,
    )
    .action(async (options: ForgetOptions, command: Command) => {
      if (options.user.trim() === "") command.error("error: --user is empty");
      requireSomeoneToAsk(command, options.yes);
      const { forget } = require("../recovery/forget/forget") as typeof import("../recovery/forget/forget");
      process.exitCode = (await forget(options)) ? 0 : 1;
    });
