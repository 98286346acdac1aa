import { type StoredRow, toRowKey } from "../../../functions/ingestion/updates/changed-rows";
import { splitLines } from "../../../functions/support/split-lines";
import { earlierVersionDays, linesKey, prefixes } from "../../../names/layout";
import { findObject, listVersions, type ObjectVersion, type StoredObject, streamObject } from "../../archive/objects";
import type { StackReader } from "../../stack/stack";

/** A row of a dataset as the stack knows it: the imported one, or one that updates have changed. */
export interface KnownRow {
  readonly row: StoredRow | undefined;
  /** Where it is, or would be. */
  readonly object: StoredObject;
}

/** Reads an item or a user. */
export async function readRow(stack: StackReader, dataset: "items" | "users", id: string): Promise<KnownRow> {
  const bucket = stack.dataBucket;
  const changed = { bucket, key: await toRowKey(prefixes[dataset], id) };
  const content = await findObject(stack, changed);
  if (content) return { row: JSON.parse(content.toString("utf8")) as StoredRow, object: changed };
  const object = { bucket, key: linesKey(dataset) };
  return { row: await findLine(stack, object, id), object };
}

async function findLine(stack: StackReader, object: StoredObject, id: string): Promise<StoredRow | undefined> {
  const wanted = JSON.stringify(id);
  for await (const line of splitLines(streamObject(stack, object))) {
    // Most lines are of others: only those that may be the item's are parsed.
    if (!line.includes(wanted)) continue;
    const row = JSON.parse(line) as StoredRow;
    if (row.id === id) return row;
  }
  return undefined;
}

/**
 * Finds out whether an item was in the dataset at a time, by the versions of the objects that have
 * it. Undefined when they do not say: earlier versions may have expired.
 */
export async function wasKnownAt(stack: StackReader, id: string, time: Date): Promise<boolean | undefined> {
  const key = await toRowKey(prefixes.items, id);
  const catalogue = linesKey("items");
  const changed = await listTimes(stack, key);
  const imported = await listTimes(stack, catalogue);
  if (changed.some(({ writtenAt }) => writtenAt <= time)) return true;
  const then = imported.filter(({ writtenAt }) => writtenAt <= time).at(0);
  if (then && (await findLine(stack, then, id))) return true;
  const oldest = stack.now.getTime() - earlierVersionDays * 86_400_000;
  return then && Number(time) > oldest ? false : undefined;
}

/** Lists the versions of an object, the newest first. */
async function listTimes(stack: StackReader, key: string): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  for await (const version of listVersions(stack, stack.dataBucket, key)) if (version.key === key) found.push(version);
  return found.sort((one, other) => Number(other.writtenAt) - Number(one.writtenAt));
}
