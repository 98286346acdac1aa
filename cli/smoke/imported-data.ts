import { parse } from "csv-parse/sync";
import { seedKey } from "../../contract/layout";
import { isReservedColumn } from "../../functions/ingestion/events/event-columns";
import { chooseKnownVisitor } from "../journey/data";
import type { Columns, ImportedData } from "../journey/journey";
import type { Aws } from "../stack/aws";

const megabyte = 1_048_576;
/** The part of each file that is read: enough for a visitor, and for the items of most catalogues. */
const most = { interactions: megabyte, items: 32 * megabyte };

/**
 * Reads what the stack imported from its data bucket: the beginning of the interactions, and the items. Items after the
 * part that is read have no columns: they are shown and sent by their ids, which the stack accepts as well.
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

async function readRows(aws: Aws, Bucket: string, dataset: keyof typeof most): Promise<Columns[]> {
  const input = { Bucket, Key: seedKey(dataset), Range: `bytes=0-${most[dataset] - 1}` };
  const { Body, ContentRange = "" } = await aws.call("s3", "GetObject", input);
  const text = (await Body?.transformToString()) ?? "";
  const [, last, length] = /-(\d+)\/(\d+)$/.exec(ContentRange) ?? [];
  return parseRows(text, Number(last) + 1 < Number(length));
}

/** The rows of a CSV text by columns in upper case. The last line of a text that was cut is left out. */
export function parseRows(text: string, isCut: boolean): Columns[] {
  const whole = isCut ? text.slice(0, text.lastIndexOf("\n") + 1) : text;
  return parse(whole, {
    columns: (header: string[]) => header.map((name) => name.trim().toUpperCase()),
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
}
