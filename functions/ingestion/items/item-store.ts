import { connectS3 } from "../../support/clients";
import type { Invocation } from "../../support/invocation";
import { describeError } from "../../support/telemetry";
import type { Columns, Field } from "../columns";

/** The known columns of an item. PutItems replaces an item as a whole, so a change needs the columns that it does not name. */
export interface StoredItem {
  itemId: string;
  columns: Columns;
  /** Time of the latest change; absent for an item as it was imported. */
  changedAt?: string;
}

export type ItemStoreSettings = Record<"DATA_BUCKET" | "CATALOGUE" | "ITEMS_SCHEMA" | "CHANGED_ITEMS", string>;

/**
 * Creates the functions that read and write the present columns of items: an object for each item that was changed, and the
 * imported catalogue for the others.
 */
export function createItemStore({ DATA_BUCKET: bucket, ...keys }: ItemStoreSettings, invocation: Invocation) {
  const s3 = connectS3(invocation);
  const readObject = async (key: string) => {
    const { sdk, client } = await s3();
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!Body) throw new Error(`s3://${bucket}/${key} has no content.`);
    return Body;
  };
  /** An item's id may have more bytes than a key, so the key is its hash. */
  const keyOf = async (itemId: string) => {
    const crypto = await import("node:crypto");
    return `${keys.CHANGED_ITEMS}${crypto.createHash("sha256").update(itemId).digest("hex")}.json`;
  };

  /** Reads the columns each time: a deployment may add some while this instance runs. */
  const readFields = async (): Promise<Field[]> => {
    const schema = JSON.parse(await (await readObject(keys.ITEMS_SCHEMA)).transformToString()) as { fields: Field[] };
    return schema.fields;
  };

  const findChanged = async (itemId: string): Promise<StoredItem | undefined> => {
    try {
      return JSON.parse(await (await readObject(await keyOf(itemId))).transformToString()) as StoredItem;
    } catch (error) {
      if (describeError(error).error === "NoSuchKey") return undefined;
      throw error;
    }
  };

  /** Reads the imported items once, line by line: they can be larger than the memory. */
  const findImported = async (itemIds: readonly string[]): Promise<StoredItem[]> => {
    if (itemIds.length === 0) return [];
    const readline = await import("node:readline");
    const input = (await readObject(keys.CATALOGUE)) as unknown as import("node:stream").Readable;
    const wanted = new Set(itemIds);
    const found: StoredItem[] = [];
    for await (const line of readline.createInterface({ input })) {
      if (line === "") continue;
      const item = JSON.parse(line) as StoredItem;
      if (wanted.delete(item.itemId)) found.push(item);
      if (wanted.size === 0) break;
    }
    // A rest that stays unread would end as an error that no code catches.
    input.destroy();
    return found;
  };

  /** Returns the items that are known, by id. */
  const readItems = async (itemIds: readonly string[]): Promise<Map<string, StoredItem>> => {
    const changed = await Promise.all(itemIds.map(findChanged));
    const others = itemIds.filter((_, index) => changed[index] === undefined);
    const imported = await findImported(others);
    return new Map([...changed, ...imported].flatMap((item) => (item ? [[item.itemId, item]] : [])));
  };

  const writeItem = async (item: StoredItem): Promise<void> => {
    const { sdk, client } = await s3();
    const object = { Bucket: bucket, Key: await keyOf(item.itemId), Body: JSON.stringify(item) };
    await client.send(new sdk.PutObjectCommand({ ...object, ContentType: "application/json" }));
  };

  return { readFields, readItems, writeItem };
}
