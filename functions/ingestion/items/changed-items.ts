import { availabilityColumn, unavailableStatus } from "../../support/availability";
import { connectS3 } from "../../support/clients";
import { describeError } from "../../support/telemetry";
import { type Columns, toColumnKey } from "../columns";

/**
 * The known columns of an item. PutItems replaces an item as a whole, so a change needs the columns
 * that it does not name.
 */
export interface StoredItem {
  itemId: string;
  columns: Columns;
  /** Time of the latest change; absent for an item as it was imported. */
  changedAt?: string;
}

export const isUnavailable = ({ columns }: StoredItem): boolean =>
  Object.entries(columns).some(
    ([name, value]) => toColumnKey(name) === availabilityColumn && value === unavailableStatus,
  );

/**
 * Recognises S3's answers to a conditional write that came too late (S3 guide, "Conditional
 * writes").
 */
export const isWrittenByOther = (error: unknown): boolean =>
  ["PreconditionFailed", "ConditionalRequestConflict"].includes(describeError(error).error);

export type ChangedItemsSettings = Record<"DATA_BUCKET" | "CHANGED_ITEMS", string>;

/**
 * Creates the functions that find and write items that were changed after the import, an object for
 * each.
 */
export function createChangedItems({ DATA_BUCKET, CHANGED_ITEMS }: ChangedItemsSettings) {
  const s3 = connectS3();
  /** ETags of the objects as they were last seen, by the item's id. */
  const etags = new Map<string, string | undefined>();
  /** An item's id may have more bytes than a key, so the key is its hash. */
  const placeOf = async (itemId: string) => {
    const crypto = await import("node:crypto");
    const hash = crypto.createHash("sha256").update(itemId).digest("hex");
    return { Bucket: DATA_BUCKET, Key: `${CHANGED_ITEMS}${hash}.json` };
  };

  const findItem = async (itemId: string): Promise<StoredItem | undefined> => {
    const { sdk, client } = await s3();
    try {
      const { Body, ETag } = await client.send(new sdk.GetObjectCommand(await placeOf(itemId)));
      etags.set(itemId, ETag);
      return JSON.parse((await Body?.transformToString()) ?? "") as StoredItem;
    } catch (error) {
      if (describeError(error).error !== "NoSuchKey") throw error;
      etags.delete(itemId);
      return undefined;
    }
  };

  /**
   * Returns false when another instance has written the item since it was found: what was sent
   * lacks that change.
   */
  const writeItem = async (item: StoredItem): Promise<boolean> => {
    const { sdk, client } = await s3();
    const { itemId } = item;
    const object = { ...(await placeOf(itemId)), Body: JSON.stringify(item), ContentType: "application/json" };
    const condition = etags.has(itemId) ? { IfMatch: etags.get(itemId) } : { IfNoneMatch: "*" };
    try {
      const { ETag } = await client.send(new sdk.PutObjectCommand({ ...object, ...condition }));
      etags.set(itemId, ETag);
      return true;
    } catch (error) {
      if (isWrittenByOther(error)) return false;
      throw error;
    }
  };

  return { etags, findItem, writeItem };
}
