import { connectS3 } from "../../support/clients";
import type { Field } from "../columns";
import { type ChangedItemsSettings, createChangedItems, type StoredItem } from "./changed-items";

export type ItemStoreSettings = ChangedItemsSettings & Record<"CATALOGUE" | "ITEMS_SCHEMA", string>;

/**
 * Creates the functions that read and write the present columns of items: an object for each item
 * that was changed, and the imported catalogue for the others.
 */
export function createItemStore(settings: ItemStoreSettings) {
  const { DATA_BUCKET: bucket, CATALOGUE, ITEMS_SCHEMA } = settings;
  const { etags, findItem, writeItem } = createChangedItems(settings);
  const s3 = connectS3();
  const readObject = async (key: string) => {
    const { sdk, client } = await s3();
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!Body) throw new Error(`s3://${bucket}/${key} has no content.`);
    return Body;
  };

  /** Reads the columns each time: a deployment may add some while this instance runs. */
  const readFields = async (): Promise<Field[]> => {
    const schema = JSON.parse(await (await readObject(ITEMS_SCHEMA)).transformToString()) as { fields: Field[] };
    return schema.fields;
  };

  /** Reads the imported items once, line by line: they can be larger than the memory. */
  const findImported = async (itemIds: readonly string[]): Promise<StoredItem[]> => {
    if (itemIds.length === 0) return [];
    const input = (await readObject(CATALOGUE)) as unknown as AsyncIterable<Uint8Array>;
    const wanted = new Set(itemIds);
    const found: StoredItem[] = [];
    for await (const line of splitLines(input)) {
      if (line === "") continue;
      const item = JSON.parse(line) as StoredItem;
      if (wanted.delete(item.itemId)) found.push(item);
      if (wanted.size === 0) break;
    }
    return found;
  };

  /** Returns the items that are known, by id. */
  const readItems = async (itemIds: readonly string[]): Promise<Map<string, StoredItem>> => {
    etags.clear();
    const changed = await Promise.all(itemIds.map(findItem));
    const others = itemIds.filter((_, index) => changed[index] === undefined);
    const imported = await findImported(others);
    return new Map([...changed, ...imported].flatMap((item) => (item ? [[item.itemId, item]] : [])));
  };

  return { readFields, readItems, findItem, writeItem };
}

/**
 * Yields the lines of a stream. They end at a line feed only: texts in JSON may have other line
 * ends, such as U+2028, at which `node:readline` would end a line, too.
 */
async function* splitLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of input) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest + decoder.decode();
}
