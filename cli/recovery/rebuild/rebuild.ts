import type { DatasetImportJob, DatasetImportJobSummary } from "@aws-sdk/client-personalize";
import { quoteForShell } from "../../../components/support/shell";
import { confirm } from "../../confirm";
import { withInterruption } from "../../interruption";
import { suggestCommand } from "../../local-account";
import { type CommandOptions, type Pause, realPause } from "../../poll";
import { createProgress } from "../../progress";
import { ignoreNotFound } from "../../stack/aws";
import { type DeployedStack, findStack } from "../../stack/find-stack";
import { nameOf } from "../../stack/names";
import { print, printError, printJson } from "../../terminal/print";
import { deleteAllVersions, listKeys, type StoredObject } from "../stored/objects";
import { preparedPrefix } from "../stored/places";
import { listRunningDeletions } from "../stored/running-deletions";
import { countCsvRows } from "./csv-rows";
import { type ImportFile, toPreparedKey, writeImportFile } from "./import-file";
import { createImportJob, describeImportJob, isRunning, listImportJobs, waitForImport } from "./import-job";
import { readNote, toNoteKey, writeNote } from "./import-note";
import { findInteractionsDataset, type InteractionsDataset } from "./interactions-dataset";

export interface RebuildOptions {
  readonly stack: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Replaces what was imported into the Interactions dataset by the seed and the archive. Waits for a rebuild that is under
 * way instead of starting another one. Returns whether the dataset has the rows now.
 */
export async function rebuild(
  { stack: name, yes = false, json = false }: RebuildOptions,
  { pause = realPause }: CommandOptions = {},
): Promise<boolean> {
  const stack = await findStack(name);
  const dataset = await findInteractionsDataset(stack);
  const jobs = await listImportJobs(stack, dataset);
  // Leaves place for a hash and a number in the 63 characters of a name.
  const prefix = nameOf(stack.stack, "rebuild", 42);
  const running = jobs.find((job) => isRunning(job) && job.jobName?.startsWith(prefix));
  if (!running) await refuseDuringDeletion(stack);
  const started = running ?? (await start(stack, dataset, jobs, { yes, json, prefix }));
  if (!started) return false;
  const report = await withInterruption(
    () => describeProgress(stack, started),
    () => finish(stack, started, pause),
  );
  if (json) printJson(report);
  else printReport(report, stack);
  return report.status === "ACTIVE";
}

function describeProgress({ stack }: DeployedStack, { datasetImportJobArn = "" }: StartedJob): string {
  return (
    "The import goes on in AWS. To look at it: aws personalize describe-dataset-import-job --dataset-import-job-arn " +
    `${quoteForShell(datasetImportJobArn)}\n` +
    `To wait for its end: ${suggestCommand(`rebuild --stack ${quoteForShell(stack)} --from archive --yes`)}`
  );
}

/** Throws while users are deleted: Personalize does not guarantee that during an import (guide, "Deleting users"). */
async function refuseDuringDeletion(stack: DeployedStack): Promise<void> {
  const [job] = await listRunningDeletions(stack);
  if (job === undefined) return;
  throw new Error(
    `The data deletion job ${job.jobName} is ${job.status}. Personalize does not guarantee that users are deleted completely ` +
      "during an import. Run the command again when it has ended, which can take a day.",
  );
}

type StartedJob = Pick<DatasetImportJobSummary, "datasetImportJobArn">;

/** Prepares the file and starts its import; undefined when the user does not want it. */
async function start(
  stack: DeployedStack,
  dataset: InteractionsDataset,
  jobs: readonly DatasetImportJobSummary[],
  { yes, json, prefix }: { readonly yes: boolean; readonly json: boolean; readonly prefix: string },
): Promise<StartedJob | undefined> {
  const progress = createProgress();
  const file = await writeImportFile(stack, dataset, progress).finally(progress.end);
  const jobName = `${prefix}-${file.hash.slice(0, 16)}`;
  const [newest] = jobs.filter(({ status }) => status === "ACTIVE");
  // Retried after it was finished: the dataset has exactly these rows.
  if (newest?.jobName?.startsWith(jobName)) {
    await deleteAllVersions(stack, file.object.bucket, file.object.key);
    return newest;
  }
  const rowsBefore = newest ? await countImported(stack, newest) : 0;
  if (!json) printPlan(file, rowsBefore, stack);
  if (!yes && !(await confirm(`Replace all imported interactions of the dataset ${dataset.name}?`))) {
    await deleteAllVersions(stack, file.object.bucket, file.object.key);
    printError("Nothing was imported.");
    return undefined;
  }
  // Before the job, so that a run that continues it has the counts.
  await writeNote(stack, file.object, { ...file.counts, rowsBefore });
  const datasetImportJobArn = await createImportJob(stack, {
    jobName,
    datasetArn: dataset.arn,
    dataSource: { dataLocation: `s3://${file.object.bucket}/${file.object.key}` },
    roleArn: stack.importRoleArn,
    importMode: "FULL",
  });
  return { datasetImportJobArn };
}

/**
 * Waits for the job, deletes its file, which has visitors' data, and reports. Personalize does not tell how many rows a
 * dataset has: rows are those of the imported files.
 */
async function finish(stack: DeployedStack, job: StartedJob, pause: Pause) {
  const progress = createProgress();
  const ended = await waitForImport(stack, job.datasetImportJobArn ?? "", progress, pause).finally(progress.end);
  const { datasetArn = "", jobName = "", status = "", failureReason } = ended;
  const object = readLocation(ended);
  await deletePrepared(stack, object);
  if (status !== "ACTIVE") throw new Error(`The import ${jobName} is ${status}: ${failureReason ?? "no reason given"}`);
  const note = object && (await readNote(stack, object));
  if (!note) throw new Error(`The import ${jobName} is ACTIVE, but the counts of its file do not exist any more.`);
  return { dataset: datasetArn, jobName, status, ...note };
}

/**
 * Deletes the file of an import, and what interrupted runs have left. Only the counts of this import stay. Files that were
 * begun after this run belong to another one.
 */
async function deletePrepared(stack: DeployedStack, imported: StoredObject | undefined): Promise<void> {
  const { dataBucket, now } = stack;
  const note = imported && toNoteKey(imported.key);
  for (const key of await listKeys(stack, dataBucket, preparedPrefix))
    if (key !== note && (key === imported?.key || key <= toPreparedKey(now)))
      await deleteAllVersions(stack, dataBucket, key);
}

/** Counts the rows of an import's file; null when it does not exist any more. */
async function countImported(stack: DeployedStack, job: StartedJob): Promise<number | null> {
  const object = readLocation(await describeImportJob(stack, job.datasetImportJobArn));
  if (!object) return null;
  const note = await readNote(stack, object);
  return note?.rows ?? (await ignoreNotFound(countCsvRows(stack, object), "NoSuchKey")) ?? null;
}

function readLocation({ dataSource }: DatasetImportJob): StoredObject | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(dataSource?.dataLocation ?? "") ?? [];
  return bucket !== undefined && key !== undefined ? { bucket, key } : undefined;
}

function printPlan({ counts }: ImportFile, rowsBefore: number | null, stack: DeployedStack): void {
  print(
    `Seed: ${counts.seedRows} rows. Archive: ${counts.archivedEvents} events in ${counts.archiveObjects} objects.\n` +
      `Left out: ${counts.duplicates} duplicates, ${counts.copies} copies of replays, ${counts.itemUpdates} updates of items.`,
  );
  for (const [reason, number] of Object.entries(counts.refused))
    print(`Left out: ${number}, the consumer would refuse them: ${reason}`);
  print(`Imported rows before: ${rowsBefore ?? "unknown"}, after: ${counts.rows}.`);
  if (counts.untimed > 0) {
    print(
      `Left out: ${counts.untimed} events without a timestamp that arrived after the dataset of stack ${stack.stack} was ` +
        "created. The import keeps what the dataset received from the stream, and they would count twice.",
    );
  }
}

function printReport(
  { jobName, rowsBefore, rows }: Awaited<ReturnType<typeof finish>>,
  { retrainingArn }: DeployedStack,
): void {
  print(
    `${jobName} is ACTIVE: ${rows} imported rows, before ${rowsBefore ?? "unknown"}. The models learn from them at the next ` +
      `retraining. Now: aws stepfunctions start-execution --state-machine-arn ${quoteForShell(retrainingArn)} --input '{"force": true}'`,
  );
}
