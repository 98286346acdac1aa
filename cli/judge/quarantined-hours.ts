import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { trimWhiteSpace } from "../../functions/ingestion/record-parts";
import { prefixes } from "../../names/layout";
import {
  describeUnreadable,
  findObject,
  listHours,
  nameObject,
  type StoredObject,
  toHourFolder,
} from "../archive/objects";
import { readQuarantined } from "../archive/quarantine-file";
import type { StoredRecord } from "../archive/stored-event";
import type { ListedObject } from "../stack/objects";
import type { StackReader } from "../stack/stack";

/**
 * The records of the quarantine, by hours. They say what the archive cannot: whether an event
 * arrived more than five minutes before its own time. The archive knows its arrival only to the
 * minutes for which Firehose collects an object.
 */
export class QuarantinedHours {
  readonly #stack: StackReader;
  readonly #hours = new Map<string, Promise<Map<string, number>>>();

  readonly #unreadable: string[];

  /** Objects that cannot be read are named in `unreadable`, with the reason. */
  constructor(stack: StackReader, unreadable: string[]) {
    this.#stack = stack;
    this.#unreadable = unreadable;
  }

  /**
   * Returns true when the consumer refused a record that arrived in this time. Of two equal records
   * each is found once.
   */
  async take({ bytes }: StoredRecord, from: Date, to: Date): Promise<boolean> {
    const key = toKey(bytes);
    for (let time = from.getTime(); toHour(time) <= toHour(to.getTime()); time += hour) {
      const records = await this.#read(new Date(time));
      const count = records.get(key) ?? 0;
      if (count > 0) records.set(key, count - 1);
      if (count > 0) return true;
    }
    return false;
  }

  #read(time: Date): Promise<Map<string, number>> {
    const folder = toHourFolder(time);
    const known = this.#hours.get(folder) ?? readHour(this.#stack, time, this.#unreadable);
    this.#hours.set(folder, known);
    return known;
  }
}

const hour = 3_600_000;
const toHour = (time: number): number => Math.floor(time / hour);

/** The archive has other white space at the ends of a record. */
const toKey = (bytes: Buffer): string => createHash("sha256").update(trimWhiteSpace(bytes)).digest("base64");

async function readHour(stack: StackReader, time: Date, unreadable: string[]): Promise<Map<string, number>> {
  const bucket = stack.quarantineBucket;
  const records = new Map<string, number>();
  for (const prefix of [prefixes.quarantine, prefixes.replayed + prefixes.quarantine]) {
    const objects = Readable.from(listHours(stack, bucket, prefix, { from: time, to: time }));
    const count = async ({ key }: ListedObject) => {
      const content = await findOrName(stack, { bucket, key }, unreadable);
      const found = content && readQuarantined(content.toString("utf8"));
      for (const each of found?.records ?? []) {
        records.set(toKey(each.bytes), (records.get(toKey(each.bytes)) ?? 0) + 1);
      }
    };
    await objects.forEach(count, { concurrency: 16 });
  }
  return records;
}

/** One that was moved since it was listed, as a replay does, is found at its other place. */
async function findOrName(stack: StackReader, object: StoredObject, unreadable: string[]): Promise<Buffer | undefined> {
  try {
    return await findObject(stack, object);
  } catch (error) {
    const reason = describeUnreadable(error as NodeJS.ErrnoException);
    if (reason === undefined) throw error;
    unreadable.push(nameObject(object, reason));
    return undefined;
  }
}
