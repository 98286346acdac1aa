import type { DeployedStack } from "../../stack/find-stack";
import { fetchServiceTime } from "../../stack/service-time";
import { poll } from "../../terminal/poll";
import { formatDuration } from "../../terminal/progress";
import { SeenKeys } from "../stored/seen-keys";
import { listDatasetWork } from "./dataset-work";
import { deleteUsers } from "./deletion-job";
import { type Erasure, eraseVisitor, learnSessions } from "./erase";
import { eraseData, learnUsers } from "./erase-data";
import { openErasureList } from "./erasure-list";
import { listIds } from "./visitor";

/** Firehose collects records for an object for 900 s at most (API reference, BufferingHints), and has a minute to write it. */
const longestArchiving = 960_000;

/**
 * Deletes the visitor's data in the buckets and then the users. It begins when the archive has the records that were on the
 * stream. A training or an import meanwhile makes the deletion incomplete (guide, "Deleting users").
 */
export async function eraseAll(erasure: Erasure) {
  const { stack, visitor } = erasure;
  const list = await openErasureList(stack, visitor);
  // Before the wait: a replay or a rebuild that is under way sees it and ends meanwhile.
  await list.save();
  await waitForArchive(erasure);
  await learnIds(erasure);
  await list.save();
  const archive = await eraseVisitor(erasure, stack.archiveBucket);
  const quarantine = await eraseVisitor(erasure, stack.quarantineBucket);
  const data = await eraseData(stack, listIds(visitor));
  const { jobName = "", numDeleted = 0 } = await deleteUsers(erasure);
  const work = (await listDatasetWork(stack, stack.now)).map(({ name }) => name);
  const complete = work.length === 0;
  if (complete) await list.clear();
  return {
    complete,
    sessions: visitor.sessions.size - visitor.shared.size,
    /** Sessions whose ids are user ids too. What has only such an id is that user's, and stays. */
    sharedSessions: visitor.shared.size,
    archive,
    quarantine,
    data,
    /** `numDeleted`: the records that Personalize deleted. */
    personalize: { jobName, numDeleted },
    /** The trainings and imports that ran meanwhile. */
    work,
    streamHours: await readRetention(stack),
  };
}

/** Finds the visitor's sessions, and those of them that are user ids too. */
async function learnIds(erasure: Erasure): Promise<void> {
  const { stack, visitor } = erasure;
  const users = new SeenKeys();
  for (const bucket of [stack.archiveBucket, stack.quarantineBucket]) await learnSessions(erasure, bucket, users);
  await learnUsers(stack, users);
  for (const session of visitor.sessions)
    if (session !== visitor.id && !users.add(session)) visitor.shared.add(session);
}

export type ForgetReport = Awaited<ReturnType<typeof eraseAll>>;

/** Waits until the archive has the records that were on the stream when the command began. */
async function waitForArchive({ progress, pause }: Erasure): Promise<void> {
  const end = Number(await fetchServiceTime()) + longestArchiving;
  const look = async () => {
    const left = end - Number(await fetchServiceTime());
    progress.show(`waiting for ${formatDuration(left)}, until the events of the start are in the archive`);
    return left <= 0 ? true : undefined;
  };
  await poll(look, 15_000, pause);
}

async function readRetention({ call, streamName: StreamName }: DeployedStack): Promise<number> {
  const { StreamDescriptionSummary } = await call("kinesis", "DescribeStreamSummary", { StreamName });
  return StreamDescriptionSummary?.RetentionPeriodHours ?? 24;
}
