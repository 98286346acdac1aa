import { quoteForShell } from "../../../components/support/shell";
import { confirm } from "../../confirm";
import { withInterruption } from "../../interruption";
import { type CommandOptions, poll, realPause } from "../../poll";
import { createProgress } from "../../progress";
import { type DeployedStack, findStack } from "../../stack/find-stack";
import { fetchServiceTime } from "../../stack/service-time";
import { printError, printJson } from "../../terminal/print";
import { listDatasetWork } from "./dataset-work";
import { deleteUsers } from "./deletion-job";
import { type Erasure, eraseVisitor, learnSessions } from "./erase";
import { eraseData } from "./erase-data";
import { type ErasureList, openErasureList } from "./erasure-list";
import { addErased, isEmpty, nothingErased, printReport, suggestForget } from "./forget-report";
import { listIds, type Visitor } from "./visitor";

export interface ForgetOptions {
  readonly stack: string;
  readonly user: string;
  /** The bucket from which the data deletion job reads the ids. @default the stack's data bucket */
  readonly listBucket?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Firehose collects records for an object for 900 s at most (API reference, BufferingHints), and has a minute to write it. */
const longestArchiving = 960_000;

/** The most times that the buckets are searched again and another deletion job is run. */
const mostLooks = 3;

/**
 * Deletes a visitor's data in the buckets and in Personalize. Returns false when something is left: the visitor was in the
 * imported interactions, whose file is part of the stack's configuration, or new data came until the end.
 */
export async function forget(
  { stack: name, user, listBucket: given, yes = false, json = false }: ForgetOptions,
  { pause = realPause }: CommandOptions = {},
): Promise<boolean> {
  const stack = await findStack(name);
  await refuseDuringTraining(stack);
  const question = `Delete all data of the visitor ${user} in the stack ${stack.stack}? There is no undo.`;
  if (!yes && !(await confirm(question))) {
    printError("Nothing was deleted.");
    return false;
  }
  const progress = createProgress();
  const visitor: Visitor = { id: user, sessions: new Set() };
  const listBucket = given ?? stack.dataBucket;
  const list = await openErasureList(stack, visitor, listBucket);
  const run: Run = { stack, listBucket, visitor, list, progress, pause };
  try {
    const report = await withInterruption(
      () => describeProgress(run),
      () => eraseAll(run),
    );
    progress.end();
    if (json) printJson(report);
    else printReport(report, stack, visitor.id, listBucket);
    return report.complete && report.data.seedRows === 0;
  } finally {
    progress.end();
  }
}

interface Run extends Erasure {
  readonly list: ErasureList;
}

function describeProgress({ stack, visitor, listBucket, job }: Run): string {
  const again = suggestForget(stack, visitor.id, listBucket);
  const goesOn =
    job === undefined
      ? ""
      : `The data deletion job continues in AWS: aws personalize describe-data-deletion-job --data-deletion-job-arn ${quoteForShell(job)}\n`;
  return `${goesOn}Not everything is deleted. Run it again, it continues: ${again}`;
}

/** Throws while the datasets are used: Personalize then does not guarantee the deletion (guide, "Deleting users"). */
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

/**
 * Deletes what is stored and then the users, and looks again when the records of the beginning are in the archive. What came
 * meanwhile is deleted too, by another job: the guide recommends one after each training or import ("Deleting users").
 */
async function eraseAll(run: Run) {
  const { stack, list, visitor } = run;
  const erased = await eraseStored(run);
  const jobs = [await runJob(run)];
  const [later, work] = [nothingErased(), new Set<string>()];
  await waitForArchive(run);
  let complete = false;
  for (let look = 1, since = stack.now; ; look++) {
    const used = await listDatasetWork(stack, since);
    for (const { name } of used) work.add(name);
    const found = await eraseStored(run);
    addErased(later, found);
    complete = isEmpty(found) && used.length === 0;
    // During a training, a job would not delete completely either.
    if (complete || look === mostLooks || used.some(({ isRunning }) => isRunning)) break;
    since = await fetchServiceTime();
    jobs.push(await runJob(run));
  }
  if (complete) await list.clear();
  return {
    ...addErased(erased, later),
    complete,
    sessions: visitor.sessions.size,
    personalize: {
      jobName: jobs.at(-1)?.jobName ?? "",
      numDeleted: jobs.reduce((sum, job) => sum + job.numDeleted, 0),
    },
    meanwhile: { ...later, work: [...work] },
    streamHours: await readRetention(stack),
  };
}

/** Deletes the visitor's data in the buckets. The ids are stored before. */
async function eraseStored(run: Run) {
  const { stack, visitor, list } = run;
  const known = visitor.sessions.size;
  for (const bucket of [stack.archiveBucket, stack.quarantineBucket]) await learnSessions(run, bucket);
  await list.save();
  const archive = await eraseVisitor(run, stack.archiveBucket);
  const quarantine = await eraseVisitor(run, stack.quarantineBucket);
  const data = await eraseData(stack, listIds(visitor));
  return { sessions: visitor.sessions.size - known, archive, quarantine, data };
}

async function runJob(run: Run) {
  const { jobName = "", numDeleted = 0 } = await deleteUsers(run);
  return { jobName, numDeleted };
}

/** Waits until the archive has the records that were on the stream when the command began. */
async function waitForArchive({ stack, progress, pause }: Run): Promise<void> {
  const end = stack.now.getTime() + longestArchiving;
  const look = async () => {
    const left = end - Number(await fetchServiceTime());
    progress.show(`waiting for ${Math.ceil(left / 1000)} s, until the events of the start are in the archive`);
    return left <= 0 ? true : undefined;
  };
  await poll(look, 15_000, pause);
}

async function readRetention({ call, streamName: StreamName }: DeployedStack): Promise<number> {
  const { StreamDescriptionSummary } = await call("kinesis", "DescribeStreamSummary", { StreamName });
  return StreamDescriptionSummary?.RetentionPeriodHours ?? 24;
}
