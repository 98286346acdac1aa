import { quoteForShell } from "../../../names/shell";
import { createUpload } from "../../archive/upload";
import { readRules } from "../../judge/judge-record";
import { type DeployedStack, findStack } from "../../stack/stack";
import { confirm, requireSomeoneToAsk } from "../../terminal/confirm";
import { withInterruption } from "../../terminal/interruption";
import { type LocalOptions, suggestCommand } from "../../terminal/local-account";
import { type CommandOptions, realPause } from "../../terminal/poll";
import { printError, printJson } from "../../terminal/print";
import { createProgress } from "../../terminal/progress";
import { eraseAll } from "./erase-all";
import type { Erasure } from "./erase-records";
import { printReport } from "./forget-report";
import { readKeptRecords } from "./kept-records";
import { listDatasetWork } from "./running-jobs";
import { toVisitor } from "./visitor";

export interface ForgetOptions extends LocalOptions {
  readonly stack: string;
  readonly user: string;
  /** A file with records that an earlier run has kept, and that are the visitor's. */
  readonly also?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Deletes a visitor's data in the buckets and in Personalize. Returns false when something may be
 * left: the visitor was in the imported interactions, whose file is part of the stack's
 * configuration, a training or an import used the datasets, objects cannot be read, or the
 * ids of sessions may be those of other users.
 */
export async function forget(
  { stack: name, user, also: file, yes = false, json = false, ...local }: ForgetOptions,
  { pause = realPause }: CommandOptions = {},
): Promise<boolean> {
  const also = file === undefined ? [] : readKeptRecords(file);
  const stack = await findStack(name);
  requireSomeoneToAsk(yes);
  await refuseDuringTraining(stack);
  const question = `Delete all data of the visitor ${user} in the stack ${stack.stack}? There is no undo.`;
  if (!yes && !(await confirm(question))) {
    printError("Nothing was deleted.");
    return false;
  }
  const again = suggestCommand(
    `forget --stack ${quoteForShell(name)} --user ${quoteForShell(user)}${file === undefined ? "" : ` --also ${quoteForShell(file)}`}`,
    local,
  );
  const rules = await readRules(stack);
  const progress = createProgress();
  const erasure: Erasure = {
    stack,
    visitor: toVisitor(user),
    rules,
    also,
    upload: createUpload(stack),
    progress,
    pause,
    unreadable: [],
  };
  const report = await withInterruption(
    () => `Not everything is deleted. Run it again, it continues, as a data deletion job does in AWS: ${again}`,
    () => eraseAll(erasure),
  ).finally(progress.end);
  if (json) printJson(report);
  else printReport(report, stack, user, again);
  return report.complete && report.files.length === 0 && report.sessionsLeft.length === 0;
}

/**
 * Throws while the datasets are used: Personalize then does not guarantee the deletion (guide,
 * "Deleting users").
 */
async function refuseDuringTraining(stack: DeployedStack): Promise<void> {
  const request = { stateMachineArn: stack.retrainingArn, statusFilter: "RUNNING" as const };
  const { executions = [] } = await stack.call("sfn", "ListExecutions", request);
  const running = async () => (await listDatasetWork(stack, stack.now)).find(({ isRunning }) => isRunning);
  const busy = executions[0]?.executionArn ?? (await running())?.name;
  if (busy === undefined) return;
  throw new Error(
    `${busy} is running. Personalize does not guarantee that a user is deleted completely during a training or an import. ` +
      "Run the command again when it has ended.",
  );
}
