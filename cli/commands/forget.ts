import { Command } from "commander";
import { describeBadId } from "../../values/id";
import type { ForgetOptions } from "../recovery/forget/forget";

export const forgetCommand = () =>
  new Command("forget")
    .description("Delete a visitor's data: in the buckets and in Personalize.")
    .requiredOption("--user <id>", "the visitor's userId, or the sessionId of one who never signed in")
    .option("--also <file>", "also delete the refused records in the list `kept` of an earlier run's --json")
    .option("--yes", "do not ask before the deletion")
    .option("--json", "print what was deleted as JSON")
    .addHelpText(
      "after",
      `
Waits 16 minutes until the archive has the events of the start. Deletes the visitor's events, also those before the sign-in, in
all versions of the objects, and the visitor's rows in the copy of the imported interactions. Then runs a data deletion job of
Personalize, which can take a day. Prints what was deleted, and what AWS keeps and for how long. Run it again after an
interruption: it continues with the ids that it had found, and waits for a running job. There is no undo.

A refused record that has the id in another place than the contract's may be another visitor's. It stays and is listed. Put
those that are the visitor's into a file, and give it as --also.

Exit codes: 0 everything was deleted; 1 it failed, or something may be left, as it says: a training or an import ran meanwhile,
objects cannot be read, the visitor is in the file of interactionsFile or usersFile, or the ids of sessions may be those of
other users;
2 wrong usage; 130 after Ctrl-C.

Examples:
  npx recommender forget --stack prod --user 10042
  npx recommender forget --stack prod --user 10042 --also theirs.json`,
    )
    .action(async (options: ForgetOptions, command: Command) => {
      const wrong = describeBadId(options.user);
      if (wrong) command.error(`error: --user ${wrong}`);
      const { forget } = require("../recovery/forget/forget") as typeof import("../recovery/forget/forget");
      process.exitCode = (await forget(options)) ? 0 : 1;
    });
