import type { DatasetImportJobSummary } from "@aws-sdk/client-personalize";
import { prefixes } from "../../../names/layout";
import { physicalName } from "../../../names/physical-names";
import { quoteForShell } from "../../../names/shell";
import { refuseDuringErasure } from "../../archive/erasure-lists";
import { deleteAllVersions, listKeys } from "../../archive/objects";
import { isRunning, waitForJob } from "../../stack/job";
import { toServiceTime } from "../../stack/service-time";
import { type DeployedStack, findStack } from "../../stack/stack";
import { confirm } from "../../terminal/confirm";
import { withInterruption } from "../../terminal/interruption";
import { type LocalOptions, suggestCommand } from "../../terminal/local-account";
import { type CommandOptions, type Pause, realPause } from "../../terminal/poll";
import { print, printError, printJson } from "../../terminal/print";
import { createProgress } from "../../terminal/progress";
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
  const dataset = await findInteractionsDataset(stack);
  const jobs = await listImportJobs(stack, dataset);
  // Leaves place for a hash and a time in the 63 characters of a name.
  const prefix = physicalName(stack, "rebuild", 34);
  const running = jobs.find((job) => isRunning(job) && job.jobName?.startsWith(prefix));
  if (!running) await refuseDuringErasure(stack);
  const started = running ?? (await start(stack, dataset, jobs, { yes, json, prefix }));
  if (!started) return false;
  const again = suggestCommand(`rebuild --stack ${quoteForShell(name)} --yes`, local);
  const report = await withInterruption(
    () => `The import goes on in AWS. To wait for its end: ${again}`,
    () => finish(stack, started, pause),
  );
  if (json) printJson(report);
  else printReport(report, stack);
  return report.status === "ACTIVE" && !report.unreadable?.length;
}

interface StartedJob extends Pick<DatasetImportJobSummary, "datasetImportJobArn"> {
  /** Absent when the import was started by another run. */
  readonly counts?: ImportCounts;
}

/** Prepares the file and starts its import; undefined when the user does not want it. */
async function start(
  stack: DeployedStack,
  dataset: InteractionsDataset,
  jobs: readonly DatasetImportJobSummary[],
  { yes, json, prefix }: { readonly yes: boolean; readonly json: boolean; readonly prefix: string },
): Promise<StartedJob | undefined> {
  const progress = createProgress();
  const { object, counts, hash } = await writeImportFile(stack, dataset, progress).finally(progress.end);
  const jobStart = `${prefix}-${hash.slice(0, 16)}`;
  const [newest] = jobs.filter(({ status }) => status === "ACTIVE");
  // Run again after it was finished: the dataset has exactly these rows.
  if (newest?.jobName?.startsWith(jobStart)) return { ...newest, counts };
  if (!json) printPlan(counts, stack);
  if (!yes && !(await confirm(`Replace all imported interactions of the dataset ${dataset.name}?`))) {
    await deleteAllVersions(stack, object.bucket, object.key);
    printError("Nothing was imported.");
    return undefined;
  }
  // The file was read from the archive before the question, and perhaps long ago.
  await refuseOutdated(stack, dataset).catch(async (error) => {
    await deleteAllVersions(stack, object.bucket, object.key);
    throw error;
  });
  const { datasetImportJobArn } = await stack.call("personalize", "CreateDatasetImportJob", {
    // Jobs cannot be deleted, so that a later one of the same rows needs another name.
    jobName: `${jobStart}-${Math.floor(stack.now.getTime() / 1000)}`,
    datasetArn: dataset.arn,
    dataSource: { dataLocation: `s3://${object.bucket}/${object.key}` },
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
  const [newest] = await listImportJobs(stack, dataset);
  if (Number(newest?.creationDateTime ?? 0) >= toServiceTime(stack.now))
    throw new Error(
      `${newest?.jobName} was started since this command began. Run the command again when it has ended.`,
    );
}

/** Waits for the job, deletes its file, which has visitors' data, and reports. */
async function finish(stack: DeployedStack, { datasetImportJobArn = "", counts }: StartedJob, pause: Pause) {
  const progress = createProgress();
  const read = async () =>
    (await stack.call("personalize", "DescribeDatasetImportJob", { datasetImportJobArn })).datasetImportJob ?? {};
  const ended = await waitForJob(read, progress, pause).finally(progress.end);
  const { datasetArn = "", jobName = "", status = "", failureReason } = ended;
  await deletePrepared(stack);
  if (status !== "ACTIVE") throw new Error(`The import ${jobName} is ${status}: ${failureReason ?? "no reason given"}`);
  return { dataset: datasetArn, jobName, status, ...counts };
}

/**
 * Deletes the file of this run, and what earlier ones have left. Files that were begun after this
 * run belong to another one.
 */
async function deletePrepared(stack: DeployedStack): Promise<void> {
  const { dataBucket, now } = stack;
  for (const key of await listKeys(stack, dataBucket, prefixes.rebuild))
    if (key <= toPreparedKey(now)) await deleteAllVersions(stack, dataBucket, key);
}

function printPlan(counts: ImportCounts, { stack }: DeployedStack): void {
  print(
    `Seed: ${counts.seedRows} rows. Archive: ${counts.archivedEvents} events in ${counts.archiveObjects} objects.\n` +
      `Left out: ${counts.duplicates} duplicates, ${counts.copies} copies of replays, ${counts.updates} updates of items or users.`,
  );
  for (const [reason, number] of Object.entries(counts.refused))
    print(`Left out: ${number}, the consumer would refuse them: ${reason}`);
  if (counts.untimed > 0) {
    print(
      `Left out: ${counts.untimed} events without a timestamp that arrived after the dataset of stack ${stack} was ` +
        "created. The import keeps what the dataset received from the stream, and they would count twice.",
    );
  }
  for (const object of counts.unreadable) print(`Left out, cannot be read: ${object}`);
  print(`${counts.rows} rows replace those that were imported before.`);
}

function printReport({ jobName }: { readonly jobName: string }, { retrainingArn }: DeployedStack): void {
  print(
    `${jobName} is ACTIVE. The models learn from its rows at the next retraining. Now: ` +
      `aws stepfunctions start-execution --state-machine-arn ${quoteForShell(retrainingArn)} --input '{"force": true}'`,
  );
}
