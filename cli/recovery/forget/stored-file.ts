import { splitLines } from "../../../functions/support/split-lines";
import { prefixes } from "../../../names/layout";
import { splitArchive } from "../../archive/archive-file";
import { readCsv } from "../../archive/csv-rows";
import { type StoredObject, streamObject } from "../../archive/objects";
import { readFailedBatch, readQuarantined } from "../../archive/quarantine-file";
import { parseEvent, type StoredRecord } from "../../archive/stored-event";
import type { Content } from "../../archive/upload";
import { isObject } from "../../stack/json";
import type { DeployedStack } from "../../stack/stack";

export interface FileRecord {
  /** Undefined when the record is not JSON. */
  readonly event: unknown;
  readonly text: string;
}

/** An object, unpacked. */
export interface StoredFile {
  /** Can be read several times. */
  readonly records: Iterable<FileRecord> | AsyncIterable<FileRecord>;
  /** Returns the content without some records; undefined when nothing would be left. */
  without(isErased: (record: FileRecord) => boolean): Content | undefined;
}

/**
 * Opens an object of the archive or the quarantine bucket in the form that its key has. One that
 * has another content is a single record.
 */
export function openStoredFile(key: string, content: Buffer): StoredFile {
  const place = key.startsWith(prefixes.replayed) ? key.slice(prefixes.replayed.length) : key;
  if (place.startsWith(prefixes.archive))
    return openLines([...splitArchive(content)].map((record) => ({ ...record, text: record.bytes.toString("utf8") })));
  if (place.startsWith(prefixes.errors)) return openErrors(content);
  const text = content.toString("utf8");
  const batch = place.startsWith(prefixes.failed) ? readFailedBatch(text) : undefined;
  if (batch) {
    return {
      records: batch.records.map(toFileRecord),
      without(isErased) {
        const isKept = (record: StoredRecord) => !isErased(toFileRecord(record));
        return batch.records.some(isKept) ? [batch.withOnly(isKept)] : undefined;
      },
    };
  }
  const quarantined = place.startsWith(prefixes.quarantine) ? readQuarantined(text) : undefined;
  const only = quarantined ? toFileRecord(quarantined) : { event: undefined, text };
  return { records: [only], without: (isErased) => (isErased(only) ? undefined : [content]) };
}

/**
 * Each line is JSON with the record in Base64 as `rawData` (Firehose guide, "Handle data delivery
 * failures").
 */
function openErrors(content: Buffer): StoredFile {
  const lines = content.toString("utf8").split("\n");
  const records = lines
    .filter((line) => line !== "")
    .map((line) => {
      const bytes = Buffer.from(line);
      const failed = parseEvent(line);
      const data = isObject(failed) ? failed.rawData : undefined;
      return typeof data === "string" ? { bytes, ...toFileRecord({ data }) } : { bytes, event: undefined, text: line };
    });
  return openLines(records);
}

function openLines(records: readonly (FileRecord & { readonly bytes: Buffer })[]): StoredFile {
  return {
    records,
    without(isErased) {
      const kept = records.filter((record) => !isErased(record));
      return kept.length > 0 ? kept.flatMap(({ bytes }) => [bytes, "\n"]) : undefined;
    },
  };
}

function toFileRecord({ data }: Pick<StoredRecord, "data">): FileRecord {
  const text = Buffer.from(data, "base64").toString("utf8");
  return { event: parseEvent(text), text };
}

/**
 * Opens a file of the data bucket with rows of users, which can be larger than the memory: CSV, or
 * a line of JSON for each. A row is as an event of the user; the texts together are the file.
 */
export function openRows(stack: DeployedStack, object: StoredObject): StoredFile {
  const read = object.key.endsWith(".csv") ? readCells : readLines;
  return {
    records: { [Symbol.asyncIterator]: () => read(stack, object) },
    async *without(isErased) {
      for await (const record of read(stack, object)) if (!isErased(record)) yield record.text;
    },
  };
}

async function* readCells(stack: DeployedStack, object: StoredObject): AsyncGenerator<FileRecord> {
  for await (const { text, row } of readCsv(stack, object)) yield { text, event: { userId: row?.get("USER_ID") } };
}

async function* readLines(stack: DeployedStack, object: StoredObject): AsyncGenerator<FileRecord> {
  for await (const line of splitLines(streamObject(stack, object))) {
    const { id } = (line === "" ? {} : JSON.parse(line)) as { readonly id?: unknown };
    if (line !== "") yield { text: `${line}\n`, event: { userId: id } };
  }
}
