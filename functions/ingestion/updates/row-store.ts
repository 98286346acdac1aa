import type { Field } from "../../../values/columns";
import { connectS3 } from "../../support/clients";
import { splitLines } from "../../support/split-lines";
import { type ChangedRowsPlace, createChangedRows, type StoredRow } from "./changed-rows";

/** Where the rows of a dataset are: the imported ones, as lines of JSON, and the changed ones. */
export interface RowsPlace extends ChangedRowsPlace {
  readonly importedKey: string;
  readonly schemaKey: string;
}

/**
 * Creates the functions that read and write the present columns of rows: an object for each row
 * that was changed, and the imported lines for the others.
 */
export function createRowStore(place: RowsPlace) {
  const { bucket, importedKey, schemaKey } = place;
  const { etags, findRow, writeRow } = createChangedRows(place);
  const s3 = connectS3();
  const readObject = async (key: string) => {
    const { sdk, client } = await s3();
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!Body) throw new Error(`s3://${bucket}/${key} has no content.`);
    return Body;
  };

  /** Reads the columns each time: a deployment may add some while this instance runs. */
  const readFields = async (): Promise<Field[]> => {
    const schema = JSON.parse(await (await readObject(schemaKey)).transformToString()) as { fields: Field[] };
    return schema.fields;
  };

  /** Reads the imported rows once, line by line: they can be larger than the memory. */
  const findImported = async (ids: readonly string[]): Promise<StoredRow[]> => {
    if (ids.length === 0) return [];
    const input = (await readObject(importedKey)) as unknown as AsyncIterable<Uint8Array>;
    const wanted = new Set(ids);
    const found: StoredRow[] = [];
    for await (const line of splitLines(input)) {
      if (line === "") continue;
      const row = JSON.parse(line) as StoredRow;
      if (wanted.delete(row.id)) found.push(row);
      if (wanted.size === 0) break;
    }
    return found;
  };

  /** Returns the rows that are known, by id. */
  const readRows = async (ids: readonly string[]): Promise<Map<string, StoredRow>> => {
    etags.clear();
    const changed = await Promise.all(ids.map(findRow));
    const others = ids.filter((_, index) => changed[index] === undefined);
    const imported = await findImported(others);
    return new Map([...changed, ...imported].flatMap((row) => (row ? [[row.id, row]] : [])));
  };

  return { readFields, readRows, findRow, writeRow };
}
