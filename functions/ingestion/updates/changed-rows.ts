import type { Columns } from "../../../values/columns";
import { connectS3 } from "../../support/clients";
import { describeError } from "../../support/telemetry";

/**
 * The known columns of a row: an item or a user. PutItems and PutUsers replace a row as a whole, so
 * a change needs the columns that it does not name.
 */
export interface StoredRow {
  id: string;
  columns: Columns;
  /** Time of the latest change; absent for a row as it was imported. */
  changedAt?: string;
}

/**
 * Recognises S3's answers to a conditional write that came too late (S3 guide, "Conditional
 * writes").
 */
export const isWrittenByOther = (error: unknown): boolean =>
  ["PreconditionFailed", "ConditionalRequestConflict"].includes(describeError(error).error);

/** Returns the key of a changed row. An id may have more bytes than a key, so it has its hash. */
export async function toRowKey(prefix: string, id: string): Promise<string> {
  const crypto = await import("node:crypto");
  return `${prefix}${crypto.createHash("sha256").update(id).digest("hex")}.json`;
}

/** Where changed rows are. */
export interface ChangedRowsPlace {
  readonly bucket: string;
  readonly changedPrefix: string;
}

/**
 * Creates the functions that find and write rows that were changed after the import, an object for
 * each.
 */
export function createChangedRows({ bucket, changedPrefix }: ChangedRowsPlace) {
  const s3 = connectS3();
  /** ETags of the objects as they were last seen, by the row's id. */
  const etags = new Map<string, string | undefined>();
  const placeOf = async (id: string) => ({ Bucket: bucket, Key: await toRowKey(changedPrefix, id) });

  const findRow = async (id: string): Promise<StoredRow | undefined> => {
    const { sdk, client } = await s3();
    try {
      const { Body, ETag } = await client.send(new sdk.GetObjectCommand(await placeOf(id)));
      etags.set(id, ETag);
      return JSON.parse((await Body?.transformToString()) ?? "") as StoredRow;
    } catch (error) {
      if (describeError(error).error !== "NoSuchKey") throw error;
      etags.delete(id);
      return undefined;
    }
  };

  /**
   * Returns false when another instance has written the row since it was found: what was sent
   * lacks that change.
   */
  const writeRow = async (row: StoredRow): Promise<boolean> => {
    const { sdk, client } = await s3();
    const { id } = row;
    const object = { ...(await placeOf(id)), Body: JSON.stringify(row), ContentType: "application/json" };
    const condition = etags.has(id) ? { IfMatch: etags.get(id) } : { IfNoneMatch: "*" };
    try {
      const { ETag } = await client.send(new sdk.PutObjectCommand({ ...object, ...condition }));
      etags.set(id, ETag);
      return true;
    } catch (error) {
      if (isWrittenByOther(error)) return false;
      throw error;
    }
  };

  return { etags, findRow, writeRow };
}
