import type { S3Client } from "@aws-sdk/client-s3";
import { readCsvRows } from "./csv-rows";
import { seedKey } from "./import-file";
import { deleteAllVersions, deleteVersion, listVersions, type StoredObject } from "./objects";

/** What was found in the data bucket. */
export interface ErasedImports {
  /** Files of interrupted runs of `rebuild`, which are deleted. */
  readonly preparedFiles: number;
  /** Earlier versions of the seed that had the visitor's rows, which are deleted. */
  readonly oldSeeds: number;
  /** Rows of the visitor in the seed. They stay: the file belongs to the stack's configuration. */
  readonly seedRows: number;
}

/** Deletes files with the visitor's rows in the data bucket, except the seed itself, whose rows are counted. */
export async function eraseImports(client: S3Client, bucket: string, ids: readonly string[]): Promise<ErasedImports> {
  const wanted = new Set(ids);
  let oldSeeds = 0;
  let seedRows = 0;
  for await (const version of listVersions(client, bucket, seedKey)) {
    const rows = await countRows(client, version, wanted);
    if (version.isLatest) seedRows += rows;
    else if (rows > 0) {
      await deleteVersion(client, version);
      oldSeeds++;
    }
  }
  const prepared = new Set<string>();
  for await (const { key } of listVersions(client, bucket, "rebuild/")) if (key.endsWith(".csv")) prepared.add(key);
  for (const key of prepared) await deleteAllVersions(client, bucket, key);
  return { preparedFiles: prepared.size, oldSeeds, seedRows };
}

async function countRows(client: S3Client, object: StoredObject, ids: ReadonlySet<string>): Promise<number> {
  let found = 0;
  for await (const row of readCsvRows(client, object)) if (ids.has(row.get("USER_ID") ?? "")) found++;
  return found;
}
