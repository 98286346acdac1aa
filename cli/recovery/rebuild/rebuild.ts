import type { DatasetImportJobSummary } from "@aws-sdk/client-personalize";
import { prefixes } from "../../../names/layout";
import { physicalName } from "../../../names/physical-names";
import { countOf } from "../../../names/printable";
import { quoteForShell } from "../../../names/shell";
import { deleteAllVersions, listKeys } from "../../archive/objects";
import { isRunning, waitForJob } from "../../stack/job";
import { toServiceTime } from "../../stack/service-time";
import { type DeployedStack, findStack } from "../../stack/stack";
import { retrainNow } from "../../terminal/aws-command";
import { confirm, requireSomeoneToAsk } from "../../terminal/confirm";
import { withInterruption } from "../../terminal/interruption";
import { type LocalOptions, suggestCommand } from "../../terminal/local-account";
import { type CommandOptions, realPause } from "../../terminal/poll";
import { print, printError, printJson } from "../../terminal/print";
import { createProgress } from "../../terminal/progress";
import { refuseDuringErasure } from "../forget/running-erasures";
import { type ImportCounts, toPreparedKey, writeImportFile } from "./import-file";
import { findInteractionsDataset, type InteractionsDataset, listImportJobs } from "./interactions-dataset";

export interface RebuildOptions extends LocalOptions {
  readonly stack: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Replaces what was imported into the Interactions dataset by the seed and the archive. Waits for a
 * rebuild that is under way instead of starting another one. Returns whether the dataset has all
 * rows now.
 */
export async function rebuild(
  { stack: name, yes = false, json = false, ...local }: RebuildOptions,
  { pause = realPause }: CommandOptions = {},
): Promise<boolean> {
  const stack = await findStack(name);
  requireSomeoneToAsk(yes);
  const dataset = await findInteractionsDataset(stack);
  const jobs = await listImportJobs(stack, dataset);
  // Leaves place for a time in the 63 characters of a name.
  const prefix = physicalName(stack, "rebuild", 52);
  const rebuilds = jobs.filter(({ jobName }) => jobName?.startsWith(prefix));
  const running = rebuilds.find(isRunning);
  if (!running) await refuseDuringErasure(stack);
  const started: StartedJob | undefined = running ?? (await start(stack, dataset, rebuilds, { yes, json, prefix }));
  if (!started) return false;
  const { datasetImportJobArn = "", counts } = started;
  const again = suggestCommand(`rebuild --stack ${quoteForShell(name)} --yes`, local);
  const progress = createProgress();
  const read = async () =>
    (await stack.call("personalize", "DescribeDatasetImportJob", { datasetImportJobArn })).datasetImportJob ?? {};
  const ended = await withInterruption(
    () => `The import goes on in AWS. To wait for its end: ${again}`,
    () => waitForJob(read, progress, pause),
  ).finally(progress.end);
  await deletePrepared(stack);
  const { jobName = "", status = "", failureReason = "no reason given" } = ended;
  if (status !== "ACTIVE") throw new Error(`The import ${jobName} is ${status}: ${failureReason}`);
  if (json) printJson({ dataset: dataset.arn, jobName, status, ...counts });
  else {
    print(
      `${jobName} is ACTIVE. The models learn from its rows at the next retraining. To start it now:\n${retrainNow(stack)}`,
    );
  }
  return !counts?.unreadable.length;
}

interface StartedJob extends Pick<DatasetImportJobSummary, "datasetImportJobArn"> {
  /** Absent when the import was started by another run. */
  readonly counts?: ImportCounts;
}

/** Prepares the file and starts its import; undefined when the user does not want it. */
async function start(
  stack: DeployedStack,
  dataset: InteractionsDataset,
  rebuilds: readonly DatasetImportJobSummary[],
  { yes, json, prefix }: { readonly yes: boolean; readonly json: boolean; readonly prefix: string },
): Promise<StartedJob | undefined> {
  const progress = createProgress();
  const { key, counts } = await writeImportFile(stack, dataset, progress).finally(progress.end);
  if (!json) {
    printPlan(counts, stack);
    printLast(rebuilds, dataset);
  }
  if (!yes && !(await confirm(`Replace all imported interactions of the dataset ${dataset.name}?`))) {
    await deleteAllVersions(stack, stack.dataBucket, key);
    printError("Nothing was imported.");
    return undefined;
  }
  // The file was read from the archive before the question, and perhaps long ago.
  await refuseOutdated(stack, dataset).catch(async (error) => {
    await deleteAllVersions(stack, stack.dataBucket, key);
    throw error;
  });
  const { datasetImportJobArn } = await stack.call("personalize", "CreateDatasetImportJob", {
    jobName: `${prefix}-${Math.floor(stack.now.getTime() / 1000)}`,
    datasetArn: dataset.arn,
    dataSource: { dataLocation: `s3://${stack.dataBucket}/${key}` },
    roleArn: stack.importRoleArn,
    importMode: "FULL",
  });
  return { datasetImportJobArn, counts };
}

/**
 * Throws when the file may have what was deleted since it was written, or less than another import
 * since then.
 */
async function refuseOutdated(stack: DeployedStack, dataset: InteractionsDataset): Promise<void> {
  await refuseDuringErasure(stack);
  const start = toServiceTime(stack.now);
  const newer = (await listImportJobs(stack, dataset)).find((job) => Number(job.creationDateTime ?? 0) >= start);
  if (newer) {
    throw new Error(`${newer.jobName} was started since this command began. Run the command again when it has ended.`);
  }
}

/**
 * Deletes the file of this run, which has visitors' data, and what earlier ones have left. Files
 * that were begun after this run belong to another one.
 */
async function deletePrepared(stack: DeployedStack): Promise<void> {
  const { dataBucket, now } = stack;
  for (const key of await listKeys(stack, dataBucket, prefixes.rebuild)) {
    if (key <= toPreparedKey(now)) await deleteAllVersions(stack, dataBucket, key);
  }
}

function printPlan(counts: ImportCounts, { stack }: DeployedStack): void {
  print(
    `Seed: ${countOf(counts.seedRows, "row")}. Archive: ${countOf(counts.archivedEvents, "event")} in ${countOf(counts.archiveObjects, "object")}.\n` +
      `Left out: ${counts.duplicates} duplicates, ${counts.copies} copies of replays, ${counts.updates} updates of items or users.`,
  );
  for (const [reason, number] of Object.entries(counts.refused)) {
    print(`Left out: ${number}, the consumer would refuse them: ${reason}`);
  }
  if (counts.untimed > 0) {
    print(
      `Left out: ${countOf(counts.untimed, "event")} without a timestamp that arrived after the dataset of stack ${stack} was ` +
        "created. The import keeps what the dataset received from the stream, and they would count twice.",
    );
  }
  for (const object of counts.unreadable) print(`Left out, cannot be read: ${object}`);
  print(`${countOf(counts.rows, "row")} in place of those that were imported before.`);
}

/**
 * Says when the last rebuild of this dataset ended, so that nobody repeats it who has not seen its
 * end. A dataset that was created again has the ARN of the earlier one, whose imports do not count.
 */
function printLast(rebuilds: readonly DatasetImportJobSummary[], { createdAt }: InteractionsDataset): void {
  const start = ({ creationDateTime }: DatasetImportJobSummary) => Number(creationDateTime ?? 0);
  const [last] = rebuilds.filter((job) => start(job) >= Number(createdAt)).sort((a, b) => start(b) - start(a));
  if (!last) return;
  const { jobName, status, failureReason, lastUpdatedDateTime } = last;
  const reason = failureReason === undefined ? "" : ` (${failureReason})`;
  const end = lastUpdatedDateTime ? ` since ${lastUpdatedDateTime.toISOString().slice(0, 16)}Z` : "";
  print(`The last rebuild, ${jobName}, is ${status}${end}${reason}.`);
}
