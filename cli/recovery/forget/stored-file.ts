import { splitLines } from "../../../functions/support/split-lines";
import { prefixes } from "../../../names/layout";
import { splitArchive } from "../../archive/archive-file";
import { readCsv } from "../../archive/csv-rows";
import { type StoredObject, streamObject } from "../../archive/objects";
import { readFailedBatch, readQuarantined } from "../../archive/quarantine-file";
import { parseRecord, type StoredRecord } from "../../archive/stored-event";
import type { Content } from "../../archive/upload";
import { isObject } from "../../stack/json";
import type { DeployedStack } from "../../stack/stack";

export interface FileRecord {
  /** Its place in the object, from 1. */
  readonly line: number;
  readonly bytes: Buffer;
  readonly text: string;
  /** With the producer's wrapper. Undefined when the record is not JSON. */
  readonly value: unknown;
}

/** A row of a user, or a part of the file that is none. */
export interface FileRow {
  readonly text: string;
  readonly userId: unknown;
}

/** An object, unpacked. */
export interface StoredFile<T> {
  /** Can be read several times. */
  readonly records: Iterable<T> | AsyncIterable<T>;
  /** Returns the content without some records; undefined when nothing would be left. */
  without(isErased: (record: T) => boolean): Content | undefined;
}

/**
 * Opens an object of the archive or the quarantine bucket in the form that its key has. One that
 * has another content is a single record.
 */
export function openStoredFile(key: string, content: Buffer): StoredFile<FileRecord> {
  const place = key.startsWith(prefixes.replayed) ? key.slice(prefixes.replayed.length) : key;
  if (place.startsWith(prefixes.archive))
    return openLines([...splitArchive(content)].map(({ bytes }, i) => ({ content: bytes, ...toFileRecord(bytes, i) })));
  if (place.startsWith(prefixes.errors)) return openErrors(content);
  const text = content.toString("utf8");
  const batch = place.startsWith(prefixes.failed) ? readFailedBatch(text) : undefined;
  if (batch) {
    const records = new Map(batch.records.map((stored, i) => [stored.id, decode(stored, i)] as const));
    return {
      records: [...records.values()],
      without(isErased) {
        const isKept = ({ id }: StoredRecord) => {
          const record = records.get(id);
          return record !== undefined && !isErased(record);
        };
        return batch.records.some(isKept) ? [batch.withOnly(isKept)] : undefined;
      },
    };
  }
  const quarantined = place.startsWith(prefixes.quarantine) ? readQuarantined(text) : undefined;
  const only = quarantined ? decode(quarantined, 0) : { line: 1, bytes: content, text, value: undefined };
  return { records: [only], without: (isErased) => (isErased(only) ? undefined : [content]) };
}

/**
 * Each line is JSON with the record in Base64 as `rawData` (Firehose guide, "Handle data delivery
 * failures").
 */
function openErrors(content: Buffer): StoredFile<FileRecord> {
  const lines = content.toString("utf8").split("\n");
  const records = lines
    .filter((line) => line !== "")
    .map((line, i) => {
      const bytes = Buffer.from(line);
      const failed = parseRecord(line);
      const data = isObject(failed) ? failed.rawData : undefined;
      const record =
        typeof data === "string" ? decode({ data }, i) : { line: i + 1, bytes, text: line, value: undefined };
      return { ...record, content: bytes };
    });
  return openLines(records);
}

function openLines(records: readonly (FileRecord & { readonly content: Buffer })[]): StoredFile<FileRecord> {
  return {
    records,
    without(isErased) {
      const kept = records.filter((record) => !isErased(record));
      return kept.length > 0 ? kept.flatMap((record) => [record.content, "\n"]) : undefined;
    },
  };
}

const decode = ({ data }: Pick<StoredRecord, "data">, index: number): FileRecord =>
  toFileRecord(Buffer.from(data, "base64"), index);

function toFileRecord(bytes: Buffer, index: number): FileRecord {
  const text = bytes.toString("utf8");
  return { line: index + 1, bytes, text, value: parseRecord(text) };
}

/**
 * Opens a file of the data bucket with rows of users, which can be larger than the memory: CSV, or
 * a line of JSON for each. The texts together are the file.
 */
export function openRows(stack: DeployedStack, object: StoredObject): StoredFile<FileRow> {
  const read = object.key.endsWith(".csv") ? readCells : readLines;
  return {
    records: { [Symbol.asyncIterator]: () => read(stack, object) },
    async *without(isErased) {
      for await (const record of read(stack, object)) if (!isErased(record)) yield record.text;
    },
  };
}

async function* readCells(stack: DeployedStack, object: StoredObject): AsyncGenerator<FileRow> {
  for await (const { text, row } of readCsv(stack, object)) yield { text, userId: row?.get("USER_ID") };
}

async function* readLines(stack: DeployedStack, object: StoredObject): AsyncGenerator<FileRow> {
  for await (const line of splitLines(streamObject(stack, object))) {
    const { id } = (line === "" ? {} : JSON.parse(line)) as { readonly id?: unknown };
    if (line !== "") yield { text: `${line}\n`, userId: id };
  }
}
