import { toRowKey } from "../../../functions/ingestion/updates/changed-rows";
import { splitLines } from "../../../functions/support/split-lines";
import { readId } from "../../../functions/values/id";
import { linesKey, prefixes, seedKey } from "../../../names/layout";
import { readCsv } from "../../archive/csv-rows";
import {
  deleteAllVersions,
  deleteVersion,
  listKeys,
  listVersions,
  type ObjectVersion,
  readTarget,
  retryChanged,
  streamObject,
} from "../../archive/objects";
import type { SeenKeys } from "../../archive/seen-keys";
import { uploadLines } from "../../archive/upload-lines";
import type { DeployedStack } from "../../stack/stack";

/** The files of the data bucket with rows of users: two for imports, and the consumer's. */
const rowFiles = [seedKey("interactions"), seedKey("users"), linesKey("users")];

async function* listRowFiles(stack: DeployedStack): AsyncGenerator<ObjectVersion> {
  for (const key of rowFiles) yield* listVersions(stack, stack.dataBucket, key);
}

/** Reads such a file, a line for each row; the texts together are the file. */
async function* readRows(stack: DeployedStack, version: ObjectVersion): AsyncGenerator<{ text: string; user: string }> {
  if (version.key.endsWith(".csv")) {
    for await (const { text, row } of readCsv(stack, version)) yield { text, user: row?.get("USER_ID") ?? "" };
    return;
  }
  for await (const line of splitLines(streamObject(stack, version))) {
    const user = line === "" ? undefined : readId((JSON.parse(line) as { id?: unknown }).id);
    if (line !== "") yield { text: `${line}\n`, user: user ?? "" };
  }
}

/** Finds the users in the files, in all their versions. */
export async function learnUsers(stack: DeployedStack, users: SeenKeys): Promise<void> {
  for await (const version of listRowFiles(stack))
    for await (const { user } of readRows(stack, version)) users.add(user);
}

/** Lists the object that has the state of a user after updates, if there is one. */
export const listUpdates = async (stack: DeployedStack, user: string): Promise<string[]> =>
  listKeys(stack, stack.dataBucket, await toRowKey(prefixes.users, user));

/** Deletes the visitor's rows in the files of the data bucket, in all their versions. */
export async function eraseData(stack: DeployedStack, user: string) {
  const bucket = stack.dataBucket;
  const prepared = (await listKeys(stack, bucket, prefixes.rebuild)).filter((key) => key.endsWith(".csv"));
  for (const key of prepared) await deleteAllVersions(stack, bucket, key);
  const updates = await listUpdates(stack, user);
  for (const key of updates) await deleteAllVersions(stack, bucket, key);
  const erased = {
    /** Files of interrupted runs of `rebuild`, which are deleted. */
    preparedFiles: prepared.length,
    /** Rows in the stack's copy of the imported interactions, written again without them. */
    seedRows: 0,
    /** Rows in its copy of the imported users; the lines of the consumer are the same. */
    userRows: 0,
    /** The state of the visitor after updates, which is deleted. */
    userUpdates: updates.length,
    /** Earlier versions of these files that had the visitor's rows, which are deleted. */
    oldVersions: 0,
  };
  for await (const listed of listRowFiles(stack))
    await retryChanged(stack, listed, async (version) => {
      const rows = await eraseRows(stack, version, user);
      if (!version.isLatest) erased.oldVersions += rows > 0 ? 1 : 0;
      else if (version.key === seedKey("interactions")) erased.seedRows += rows;
      else if (version.key === seedKey("users")) erased.userRows += rows;
    });
  return erased;
}

/**
 * Writes a file again without the rows of a user, and deletes the version that has them; an earlier
 * version is only deleted. Reads a file that has such rows twice, and keeps no more than a part of
 * it in memory. Returns the number of the rows.
 */
async function eraseRows(stack: DeployedStack, version: ObjectVersion, user: string): Promise<number> {
  let rows = 0;
  for await (const each of readRows(stack, version)) if (each.user === user) rows++;
  if (rows === 0) return 0;
  if (version.isLatest) {
    const ContentType = version.key.endsWith(".csv") ? "text/csv" : "application/x-ndjson";
    const target = { ...(await readTarget(stack, version)), ContentType };
    await uploadLines(stack, target, keepOthers(stack, version, user));
  }
  await deleteVersion(stack, version);
  return rows;
}

async function* keepOthers(stack: DeployedStack, version: ObjectVersion, user: string) {
  for await (const each of readRows(stack, version)) if (each.user !== user) yield each.text;
}
