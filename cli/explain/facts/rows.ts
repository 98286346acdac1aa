import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type StoredRow, toRowKey } from "../../../functions/ingestion/updates/changed-rows";
import { splitLines } from "../../../functions/support/split-lines";
import { earlierVersionDays, linesKey, prefixes } from "../../../names/layout";
import {
  describeUnreadable,
  listVersions,
  type ObjectVersion,
  type StoredObject,
  streamObject,
} from "../../archive/objects";
import { ignoreNotFound } from "../../stack/aws";
import { isObject, parseJson } from "../../stack/json";
import type { StackReader } from "../../stack/stack";
import type { KnownRow, Read } from "./facts";

/** Reads an item or a user. */
export async function readRow(stack: StackReader, dataset: "items" | "users", id: string): Promise<Read<KnownRow>> {
  const bucket = stack.dataBucket;
  const changed = { bucket, key: await toRowKey(prefixes[dataset], id) };
  const imported = { bucket, key: linesKey(dataset) };
  return readOrSay(changed, async () => {
    const request = stack.call("s3", "GetObject", { Bucket: bucket, Key: changed.key });
    const found = await ignoreNotFound(request, "NoSuchKey");
    if (!found) {
      return readOrSay(imported, async () => ({
        value: { row: await findLine(stack, imported, id), object: imported },
      }));
    }
    const row = toRow((await buffer(found.Body as Readable)).toString("utf8"));
    if (!row) return { unread: `${name(changed)} is not a row` };
    return { value: { row, object: changed, writtenAt: found.LastModified } };
  });
}

const name = ({ bucket, key }: StoredObject): string => `s3://${bucket}/${key}`;

/** Reads an object, or says why its content or its place makes that impossible. */
async function readOrSay<T>(object: StoredObject, work: () => Promise<Read<T>>): Promise<Read<T>> {
  try {
    return await work();
  } catch (error) {
    const reason = describeUnreadable(error as Error);
    if (reason === undefined) throw error;
    return { unread: `${name(object)} ${reason}` };
  }
}

function toRow(text: string): StoredRow | undefined {
  const row = parseJson(text);
  return isObject(row) && typeof row.id === "string" && isObject(row.columns)
    ? (row as unknown as StoredRow)
    : undefined;
}

async function findLine(stack: StackReader, object: StoredObject, id: string): Promise<StoredRow | undefined> {
  const wanted = JSON.stringify(id);
  for await (const line of splitLines(streamObject(stack, object))) {
    // Most lines are of others: only those that may be the item's are parsed.
    if (!line.includes(wanted)) continue;
    const row = toRow(line);
    if (row?.id === id) return row;
  }
  return undefined;
}

/**
 * Finds out whether an item was in the dataset at a time, by the versions of the objects that have
 * it.
 */
export async function wasKnownAt(stack: StackReader, id: string, time: Date): Promise<Read<boolean>> {
  const catalogue = { bucket: stack.dataBucket, key: linesKey("items") };
  return readOrSay<boolean>(catalogue, async () => {
    const changed = await listTimes(stack, await toRowKey(prefixes.items, id));
    const imported = await listTimes(stack, catalogue.key);
    if (changed.some(({ writtenAt }) => writtenAt <= time)) return { value: true };
    const then = imported.filter(({ writtenAt }) => writtenAt <= time).at(0);
    if (then && (await findLine(stack, then, id))) return { value: true };
    const oldest = stack.now.getTime() - earlierVersionDays * 86_400_000;
    if (then && Number(time) > oldest) return { value: false };
    return { unread: "the version of the catalogue that was trained is not kept any more" };
  });
}

/** Lists the versions of an object, the newest first. */
async function listTimes(stack: StackReader, key: string): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  for await (const version of listVersions(stack, stack.dataBucket, key)) if (version.key === key) found.push(version);
  return found.sort((one, other) => Number(other.writtenAt) - Number(one.writtenAt));
}
