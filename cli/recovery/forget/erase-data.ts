import type { S3Client } from "@aws-sdk/client-s3";
import { deleteAllVersions, listKeys, listVersions } from "../stored/objects";
import { listsPrefix, preparedPrefix, seedKey } from "../stored/places";
import { eraseRows } from "./visitor-files";

/** The counts of what was deleted in the data bucket. */
export interface ErasedData {
  /** Files of interrupted runs of `rebuild`, which are deleted. */
  preparedFiles: number;
  /** Rows of the visitor in the stack's copy of the imported interactions, which was written again without them. */
  seedRows: number;
  /** Files of the lists for every visitor, and of what they were made from, that were written again. */
  listFiles: number;
  /** Earlier versions of these files that had the visitor's rows, which are deleted. */
  oldVersions: number;
}

/** Deletes the visitor's rows in the files of the data bucket, in all their versions. */
export async function eraseData(client: S3Client, bucket: string, ids: readonly string[]): Promise<ErasedData> {
  const prepared = (await listKeys(client, bucket, preparedPrefix)).filter((key) => key.endsWith(".csv"));
  for (const key of prepared) await deleteAllVersions(client, bucket, key);
  const seed = await eraseFiles(client, bucket, seedKey, ids);
  const lists = await eraseFiles(client, bucket, listsPrefix, ids);
  return {
    preparedFiles: prepared.length,
    seedRows: seed.rows,
    listFiles: lists.files,
    oldVersions: seed.oldVersions + lists.oldVersions,
  };
}

async function eraseFiles(client: S3Client, bucket: string, prefix: string, ids: readonly string[]) {
  const users = new Set(ids);
  const erased = { files: 0, rows: 0, oldVersions: 0 };
  for await (const version of listVersions(client, bucket, prefix)) {
    const { rows, isOldVersion } = await eraseRows(client, version, users);
    erased.rows += rows;
    if (rows > 0) erased.files++;
    if (isOldVersion) erased.oldVersions++;
  }
  return erased;
}
