import { prefixes, seedKey } from "../../../names/layout";
import { readCsv } from "../../archive/csv-rows";
import {
  deleteAllVersions,
  deleteVersion,
  listKeys,
  listVersions,
  type ObjectVersion,
  readTarget,
  retryChanged,
} from "../../archive/objects";
import type { SeenKeys } from "../../archive/seen-keys";
import { uploadLines } from "../../archive/upload-lines";
import type { DeployedStack } from "../../stack/stack";

/** Finds the users in the copy of the imported interactions, in all its versions. */
export async function learnUsers(stack: DeployedStack, users: SeenKeys): Promise<void> {
  for await (const version of listVersions(stack, stack.dataBucket, seedKey("interactions")))
    for await (const { row } of readCsv(stack, version)) users.add(row?.get("USER_ID") ?? "");
}

/** Deletes the visitor's rows in the files of the data bucket, in all their versions. */
export async function eraseData(stack: DeployedStack, user: string) {
  const bucket = stack.dataBucket;
  const prepared = (await listKeys(stack, bucket, prefixes.rebuild)).filter((key) => key.endsWith(".csv"));
  for (const key of prepared) await deleteAllVersions(stack, bucket, key);
  const erased = {
    /** Files of interrupted runs of `rebuild`, which are deleted. */
    preparedFiles: prepared.length,
    /**
     * Rows in the stack's copy of the imported interactions, which was written again without them.
     */
    seedRows: 0,
    /** Earlier versions of these files that had the visitor's rows, which are deleted. */
    oldVersions: 0,
  };
  for await (const listed of listVersions(stack, bucket, seedKey("interactions")))
    await retryChanged(stack, listed, async (version) => {
      const rows = await eraseRows(stack, version, user);
      if (version.isLatest) erased.seedRows += rows;
      else if (rows > 0) erased.oldVersions++;
    });
  return erased;
}

/**
 * Writes a CSV file again without the rows of a user, and deletes the version that has them; an
 * earlier version is only deleted. Reads a file that has such rows twice, and keeps no more than a
 * part of it in memory. Returns the number of the rows.
 */
async function eraseRows(stack: DeployedStack, version: ObjectVersion, user: string): Promise<number> {
  let rows = 0;
  for await (const { row } of readCsv(stack, version)) if (row?.get("USER_ID") === user) rows++;
  if (rows === 0) return 0;
  if (version.isLatest) {
    const target = { ...(await readTarget(stack, version)), ContentType: "text/csv" };
    await uploadLines(stack, target, keepOthers(stack, version, user));
  }
  await deleteVersion(stack, version);
  return rows;
}

async function* keepOthers(stack: DeployedStack, version: ObjectVersion, user: string) {
  for await (const { text, row } of readCsv(stack, version)) if (row?.get("USER_ID") !== user) yield text;
}
