import { prefixes } from "../../../names/layout";
import { splitArchive } from "../../archive/archive-file";
import { readFailedBatch, readQuarantined } from "../../archive/quarantine-file";
import { parseEvent, type StoredRecord } from "../../archive/stored-event";
import { isObject } from "../../stack/json";

export interface FileRecord {
  /** Undefined when the record is not JSON. */
  readonly event: unknown;
  readonly text: string;
}

/** An unpacked object of the archive or the quarantine bucket. */
export interface StoredFile {
  readonly records: readonly FileRecord[];
  /** Returns the content without some records; undefined when nothing would be left. */
  without(removed: ReadonlySet<FileRecord>): Buffer | undefined;
}

/**
 * Opens an object in the form that its key has. One that has another content is a single record.
 */
export function openStoredFile(key: string, content: Buffer): StoredFile {
  const place = key.startsWith(prefixes.replayed) ? key.slice(prefixes.replayed.length) : key;
  if (place.startsWith(prefixes.archive))
    return openLines([...splitArchive(content)].map((record) => ({ ...record, text: record.bytes.toString("utf8") })));
  if (place.startsWith(prefixes.errors)) return openErrors(content);
  const text = content.toString("utf8");
  const batch = place.startsWith(prefixes.failed) ? readFailedBatch(text) : undefined;
  if (batch) {
    const records = batch.records.map((record) => ({ ...toFileRecord(record), id: record.id }));
    const keep = (removed: ReadonlySet<FileRecord>) => {
      const kept = new Set(records.filter((record) => !removed.has(record)).map(({ id }) => id));
      return kept.size > 0 ? Buffer.from(batch.withOnly(({ id }) => kept.has(id))) : undefined;
    };
    return { records, without: keep };
  }
  const quarantined = place.startsWith(prefixes.quarantine) ? readQuarantined(text) : undefined;
  const only = quarantined ? toFileRecord(quarantined) : { event: undefined, text };
  return { records: [only], without: (removed) => (removed.has(only) ? undefined : content) };
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
      if (typeof data !== "string") return { bytes, event: undefined, text: line };
      const text = Buffer.from(data, "base64").toString("utf8");
      return { bytes, event: parseEvent(text), text };
    });
  return openLines(records);
}

function openLines(records: readonly (FileRecord & { readonly bytes: Buffer })[]): StoredFile {
  const lineEnd = Buffer.from("\n");
  return {
    records,
    without(removed) {
      const kept = records.filter((record) => !removed.has(record));
      return kept.length > 0 ? Buffer.concat(kept.flatMap(({ bytes }) => [bytes, lineEnd])) : undefined;
    },
  };
}

function toFileRecord({ data }: StoredRecord): FileRecord {
  const text = Buffer.from(data, "base64").toString("utf8");
  return { event: parseEvent(text), text };
}
