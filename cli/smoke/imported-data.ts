import { isReservedColumn } from "../../functions/ingestion/events/event-columns";
import { seedKey } from "../../names/layout";
import { readCsv } from "../archive/csv-rows";
import { chooseKnownVisitor } from "../journey/data";
import type { Columns, ImportedData } from "../journey/journey";
import type { Aws } from "../stack/aws";

const megabyte = 1_048_576;
/**
 * The part of each file that is read: enough for a visitor, and for the items of most catalogues.
 */
const most = { interactions: megabyte, items: 32 * megabyte };

/**
 * Reads what the stack imported from its data bucket: the beginning of the interactions, and the
 * items. Items after the part that is read have no columns: they are shown and sent by their ids,
 * which the stack accepts as well.
 */
export async function readImportedData(aws: Aws, bucket: string): Promise<ImportedData> {
  const items = new Map<string, Columns>();
  for (const { ITEM_ID = "", ...row } of await readRows(aws, bucket, "items")) {
    // As the import reads them: an empty cell is no value.
    items.set(ITEM_ID, Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "")));
  }
  return {
    columnsOf: (itemId) => items.get(itemId) ?? {},
    async findKnownVisitor() {
      const events = new Map<string, number>();
      for (const { USER_ID: id = "" } of await readRows(aws, bucket, "interactions"))
        events.set(id, (events.get(id) ?? 0) + 1);
      return chooseKnownVisitor([...events].map(([id, count]) => ({ id, events: count })));
    },
    async findContext() {
      const [row = {}] = await readRows(aws, bucket, "interactions");
      const own = Object.entries(row).filter(([name, value]) => value !== "" && !isReservedColumn(name));
      return Object.fromEntries(own);
    },
  };
}

async function readRows(aws: Aws, bucket: string, dataset: keyof typeof most): Promise<Columns[]> {
  const rows: Columns[] = [];
  let read = 0;
  for await (const { text, row } of readCsv(aws, { bucket, key: seedKey(dataset) })) {
    if (row) rows.push(Object.fromEntries(row));
    read += text.length;
    if (read > most[dataset]) break;
  }
  return rows;
}
