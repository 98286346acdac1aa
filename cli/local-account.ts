import { type Command, Option } from "commander";
import { clientEnvironment } from "../local/account/client-environment";
import { requireAccount } from "../local/pulumi/deployed-accounts";
import { accountAddress } from "../local/pulumi/environment";
import { parseWholeNumber } from "./values";

/** The words of this command that say where its account is. */
let words = "";

/** Adds the options of a command that talks to AWS, with which it uses a running local account. */
export function addLocalOptions(command: Command): void {
  command
    .option("--local", "use the local account that runs: the one that AWS_ENDPOINT_URL names, or that on port 4566")
    .addOption(
      new Option("--port <number>", "use the local account on this port")
        .argParser(parseWholeNumber(1, 65_535))
        .implies({ local: true }),
    )
    .hook("preAction", async () => {
      const { local, port } = command.opts<{ local?: boolean; port?: number }>();
      if (local) await useLocalAccount(port);
    });
}

/** Lets every AWS client of this process use the local account. Throws when none listens. */
async function useLocalAccount(port: number | undefined): Promise<void> {
  const origin = port === undefined ? accountAddress() : `http://127.0.0.1:${port}`;
  await requireAccount(origin);
  words = port === undefined ? " --local" : ` --port ${port}`;
  // These are for the user's account on AWS: a session would belong to other keys, and a profile would hide the keys.
  delete process.env.AWS_SESSION_TOKEN;
  delete process.env.AWS_PROFILE;
  // Known keys: the variables of AWS's clients.
  Object.assign(process.env, clientEnvironment(origin, process.env.AWS_REGION || undefined), {
    PULUMI_COMMAND: "npx recommender pulumi",
  });
}

/** A command of ours to paste, for the same account; `text` has quoted words. */
export const suggestCommand = (text: string): string => `npx recommender ${text}${words}`;
