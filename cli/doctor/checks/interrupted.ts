import { pulumiCommand } from "../../../names/pulumi-command";
import { quoteForShell } from "../../../names/shell";
import { localEnvironment } from "../../pulumi/environment";
import { type Interrupted, readInterrupted } from "../../pulumi/interrupted";
import { localProject, projectFolder } from "../../terminal/project-folder";
import { type Check, type Finding, reportPassed, reportSkipped, reportWarning } from "../check";
import { listDeletions } from "../deployment/deletions";
import type { Place } from "../deployment/resource-arns";

/** Says what an `up` was creating when it was killed, and how to go on. */
export const checkInterrupted: Check = async ({ stack, account }) => {
  if (account.value === undefined) return reportSkipped("see the check of the identity");
  const folder = projectFolder();
  try {
    const env = folder === localProject ? localEnvironment(process.env.AWS_ENDPOINT_URL) : {};
    return judgeInterrupted(await readInterrupted(folder, stack, env), stack, account.value);
  } catch (error) {
    return reportSkipped(`the stack's state was not read: ${(error as Error).message}`);
  }
};

export function judgeInterrupted(interrupted: readonly Interrupted[], stack: string, place: Place): Finding {
  if (interrupted.length === 0) return reportPassed("no creation in the stack's state is interrupted");
  const { commands, unnamed } = listDeletions(interrupted, place);
  const pulumi = (text: string) => `${pulumiCommand()} ${text} --stack ${quoteForShell(stack)}`;
  const names = interrupted.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).join(", ");
  const tags =
    unnamed.length === 0
      ? []
      : [`Delete by hand what has the stack's tags, and is not in \`${pulumi("stack")}\`: ${unnamed.join(", ")}.`];
  return reportWarning(
    `an \`up\` was killed, or runs still, while it created ${names}. The state does not say what of them exists`,
    [
      "If no command runs on the stack: what was created then is new and empty. Delete it with credentials of the account " +
        `${place.account}, and go on. A command that finds nothing has nothing to do.`,
      pulumi("cancel"),
      ...commands,
      ...tags,
      `${pulumi("refresh --clear-pending-creates")} && ${pulumi("up")}`,
    ].join("\n"),
  );
}
