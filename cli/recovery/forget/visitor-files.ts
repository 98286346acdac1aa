import type { DeployedStack } from "../../stack/find-stack";
import { readCsv } from "../stored/csv-rows";
import { deleteVersion, type ObjectVersion, readTarget } from "../stored/objects";
import { uploadLines } from "../stored/upload-lines";

/**
 * Writes a CSV file again without the rows of some users, and deletes the version that has them; an
 * earlier version is only deleted. Reads a file that has such rows twice, and keeps no more than a part of it in memory.
 * Returns the number of the rows.
 */
export async function eraseRows(
  stack: DeployedStack,
  version: ObjectVersion,
  users: ReadonlySet<string | undefined>,
): Promise<number> {
  let rows = 0;
  for await (const { row } of readCsv(stack, version)) if (users.has(row?.get("USER_ID"))) rows++;
  if (rows === 0) return 0;
  if (version.isLatest) {
    const target = { ...(await readTarget(stack, version)), ContentType: "text/csv" };
    await uploadLines(stack, target, keepOthers(stack, version, users));
  }
  await deleteVersion(stack, version);
  return rows;
}

async function* keepOthers(stack: DeployedStack, version: ObjectVersion, users: ReadonlySet<string | undefined>) {
  for await (const { text, row } of readCsv(stack, version)) if (!users.has(row?.get("USER_ID"))) yield text;
}
