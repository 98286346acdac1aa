import { isReservedColumn } from "../../functions/ingestion/events/event-columns";
import { seedKey } from "../../names/layout";
import { readCsv } from "../archive/csv-rows";
import type { StackReader } from "../stack/stack";

/** Cells by the name of their column, in upper case. */
export type Columns = Readonly<Record<string, string>>;
export type ImportedData = Awaited<ReturnType<typeof readImportedData>>;

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
export async function readImportedData(stack: StackReader) {
  const items = new Map<string, Columns>();
  for (const { ITEM_ID = "", ...row } of await readRows(stack, "items")) {
    // As the import reads them: an empty cell is no value.
    items.set(ITEM_ID, Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "")));
  }
  return {
    /** The columns of an item in the Items dataset; none for an unknown item. */
    columnsOf: (itemId: string): Columns => items.get(itemId) ?? {},
    async findKnownVisitor(): Promise<string> {
      const events = new Map<string, number>();
      for (const { USER_ID: id = "" } of await readRows(stack, "interactions")) {
        events.set(id, (events.get(id) ?? 0) + 1);
      }
      return chooseKnownVisitor([...events].map(([id, count]) => ({ id, events: count })));
    },
    /**
     * The columns of an imported interaction that are not the service's; none when the schema has
     * no others.
     */
    async findContext(): Promise<Columns> {
      const [row = {}] = await readRows(stack, "interactions");
      const own = Object.entries(row).filter(([name, value]) => value !== "" && !isReservedColumn(name));
      return Object.fromEntries(own);
    },
  };
}

async function readRows(stack: StackReader, dataset: keyof typeof most): Promise<Columns[]> {
  const rows: Columns[] = [];
  let read = 0;
  for await (const { text, row } of readCsv(stack, { bucket: stack.dataBucket, key: seedKey(dataset) })) {
    if (row) rows.push(Object.fromEntries(row));
    read += text.length;
    if (read > most[dataset]) break;
  }
  return rows;
}

/** Events that show what a visitor prefers. */
const enoughEvents = 10;

/** The first visitor with ten events, or the one with the most. */
export function chooseKnownVisitor(visitors: readonly { readonly id: string; readonly events: number }[]): string {
  const most = visitors.reduce((a, b) => (b.events > a.events ? b : a), { id: "", events: 0 });
  const found = visitors.find(({ events }) => events >= enoughEvents) ?? most;
  if (found.id === "") throw new Error("the imported interactions have no visitor");
  return found.id;
}
