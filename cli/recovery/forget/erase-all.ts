import { toRowKey } from "../../../functions/ingestion/updates/changed-rows";
import { prefixes } from "../../../names/layout";
import { readDatasetsStart } from "../../archive/archive-coverage";
import { longestArchiving, readArchivedHours, toNextMinute } from "../../archive/archived-hours";
import { deleteAllVersions, listKeys } from "../../archive/objects";
import { SeenKeys } from "../../archive/seen-keys";
import { fetchServiceTime } from "../../stack/service-time";
import type { DeployedStack } from "../../stack/stack";
import { poll } from "../../terminal/poll";
import { formatDuration } from "../../terminal/progress";
import { deleteUsers } from "./deletion-job";
import { type Erasure, eraseVisitor, learnSessions } from "./erase-records";
import { listDatasetWork } from "./running-jobs";
import { openErasureList } from "./stored-ids";
import { listSessions } from "./visitor";

/**
 * Deletes the visitor's data in the buckets and then the users. It begins when the archive has the
 * records that were on the stream. A training or an import meanwhile makes the deletion incomplete
 * (guide, "Deleting users").
 */
export async function eraseAll(erasure: Erasure) {
  const { stack, visitor } = erasure;
  const list = await openErasureList(stack, visitor);
  // Before the wait: a replay or a rebuild that is under way sees it and ends meanwhile.
  await list.save();
  await waitForArchive(erasure);
  await learnIds(erasure);
  await list.save();
  const sessions = listSessions(visitor);
  // A session's id may be that of a user whose events have left the archive.
  const unknown = await describeUnknown(erasure);
  const knowsUsers = unknown === undefined;
  const { erased, kept } = await eraseVisitor(erasure, { knowsUsers });
  // Files of interrupted runs of `rebuild` have all visitors' rows.
  const prepared = await listKeys(stack, stack.dataBucket, prefixes.rebuild);
  const updates = await listUpdates(stack, visitor.id);
  for (const key of [...prepared, ...updates]) await deleteAllVersions(stack, stack.dataBucket, key);
  const unreadable = [...new Set(erasure.unreadable)];
  const ids = knowsUsers ? [visitor.id, ...sessions] : [visitor.id];
  const { jobName = "", numDeleted = 0 } = await deleteUsers(erasure, list.jobName, ids);
  const work = (await listDatasetWork(stack, stack.now)).map(({ name }) => name);
  const complete = work.length === 0 && unreadable.length === 0;
  if (complete) await list.clear();
  return {
    complete,
    sessions: sessions.length,
    /** Sessions whose ids are user ids too. What has only such an id is that user's, and stays. */
    sharedSessions: visitor.ofUsers.size,
    /** Sessions in which other users signed in as well: their events without a user's id stay. */
    sessionsOfSeveral: [...visitor.ofSeveral].sort(),
    erased,
    /** Records that have one of the ids and may be others'. They stay. */
    kept,
    /** States of the visitor after updates, which are deleted. */
    updates: updates.length,
    /** The keys of the configuration whose files have the visitor's rows. */
    files: ["interactions", "users"].filter((name) => erased[name]?.records).map((name) => `${name}File`),
    /** `numDeleted`: the records that Personalize deleted. */
    personalize: { jobName, numDeleted },
    /**
     * Sessions whose events before the sign-in stay in Personalize and in the imported
     * interactions, because their ids may be those of other users too.
     */
    sessionsLeft: knowsUsers ? [] : sessions,
    /** Why the archive does not show all users. */
    ...(unknown !== undefined && { unknown }),
    unreadable,
    /** The trainings and imports that ran meanwhile. */
    work,
  };
}

/** Finds the visitor's sessions, and those of them that others have too. */
async function learnIds(erasure: Erasure): Promise<void> {
  const { stack, visitor } = erasure;
  const known = { users: new SeenKeys(), sessionsOfOthers: new SeenKeys() };
  await learnSessions(erasure, known);
  for (const session of visitor.sessions) {
    if (session === visitor.id) continue;
    if (known.users.has(session) || (await listUpdates(stack, session)).length > 0) visitor.ofUsers.add(session);
    else if (known.sessionsOfOthers.has(session)) visitor.ofSeveral.add(session);
  }
}

/**
 * Returns why the archive may lack users of the datasets, which have all that arrived since the
 * first of them was created. Then a session's id may be that of a user whom nothing shows.
 */
async function describeUnknown({ stack, progress, unreadable }: Erasure): Promise<string | undefined> {
  if (unreadable.length > 0) return "objects cannot be read";
  const from = await readDatasetsStart(stack);
  return (await readArchivedHours(stack, { from, to: stack.now }, progress.show)).reason;
}

/** Lists the object that has the state of a user after updates, if there is one. */
const listUpdates = async (stack: DeployedStack, user: string): Promise<string[]> =>
  listKeys(stack, stack.dataBucket, await toRowKey(prefixes.users, user));

export type ForgetReport = Awaited<ReturnType<typeof eraseAll>>;

/** Waits until the archive has the records that were on the stream when the command began. */
async function waitForArchive({ progress, pause }: Erasure): Promise<void> {
  const end = Number(toNextMinute(await fetchServiceTime())) + longestArchiving;
  const look = async () => {
    const left = end - Number(await fetchServiceTime());
    progress.show(`waiting for ${formatDuration(left)}, until the events of the start are in the archive`);
    return left <= 0 ? true : undefined;
  };
  await poll(look, 15_000, pause);
}
