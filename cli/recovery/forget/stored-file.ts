import { isOfSeveralLines, keepLines, type Line, splitLines } from "../../../functions/ingestion/record-parts";
import { splitLines as splitStream } from "../../../functions/support/split-lines";
import { prefixes } from "../../../names/layout";
import { readCsv } from "../../archive/csv-rows";
import { type StoredObject, streamObject } from "../../archive/objects";
import { readErrors, readFailedBatch, readQuarantined, type StoredRecords } from "../../archive/quarantine-file";
import { parseRecord, type StoredRecord } from "../../archive/stored-event";
import type { Content } from "../../archive/upload";
import type { DeployedStack } from "../../stack/stack";

export interface FileRecord {
  /** Its first line in the object, from 1. */
  readonly line: number;
  /** It has several lines, of which none says alone what it is. */
  readonly isOfSeveralLines: boolean;
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

/** The forms of objects that are not lines, by the prefix of their keys. */
const forms = [
  [prefixes.errors, readErrors],
  [prefixes.failed, readFailedBatch],
  [prefixes.quarantine, readQuarantined],
] as const;

/**
 * Opens an object of the archive or the quarantine bucket in the form that its key has. One that
 * has another content is a single record.
 */
export function openStoredFile(key: string, content: Buffer): StoredFile<FileRecord> {
  const place = key.startsWith(prefixes.replayed) ? key.slice(prefixes.replayed.length) : key;
  if (place.startsWith(prefixes.archive)) return openArchive(content);
  const text = content.toString("utf8");
  const [, read] = forms.find(([prefix]) => place.startsWith(prefix)) ?? [];
  const stored = read?.(text);
  if (stored) return openRecords(stored);
  const only: FileRecord = { line: 1, bytes: content, text, value: undefined, isOfSeveralLines: false };
  return { records: [only], without: (isErased) => (isErased(only) ? undefined : [content]) };
}

/**
 * Leaves an empty line in place of each erased one: the others keep their ids, which have the
 * line's number.
 */
function openArchive(content: Buffer): StoredFile<FileRecord> {
  const groups = groupLines(splitLines(content));
  const records = groups.map((lines) => {
    const bytes = joinLines(lines);
    return { ...toFileRecord(bytes, lines[0].number), numbers: lines.map(({ number }) => number) };
  });
  return {
    records,
    without(isErased) {
      const erased = new Set(records.filter(isErased).flatMap(({ numbers }) => numbers));
      return [keepLines(content, (number) => !erased.has(number))];
    },
  };
}

type Part = Pick<Line, "number" | "bytes">;
type Group<T> = [T, ...T[]];

/**
 * Joins the lines that are not JSON by themselves to the next that is: a producer may have printed
 * JSON so. The archive does not show where its record begins, and the quarantine may have only
 * some of its lines.
 */
function groupLines<T extends Part>(lines: Iterable<T>): Group<T>[] {
  const groups: Group<T>[] = [];
  let open: Group<T> | undefined;
  for (const line of lines) {
    const value = parseRecord(line.bytes.toString("utf8"));
    const isWhole = typeof value === "object" && value !== null;
    if (open && !isWhole) open.push(line);
    else {
      const group: Group<T> = [line];
      groups.push(group);
      open = isWhole ? undefined : group;
    }
  }
  return groups;
}

const joinLines = (lines: Group<Part>): Buffer =>
  lines.length === 1 ? lines[0].bytes : Buffer.concat(lines.flatMap(({ bytes }) => [bytes, Buffer.from("\n")]));

/** Numbers the lines of all data in the object, one after another. */
function openRecords(stored: StoredRecords): StoredFile<FileRecord> {
  const records = new Map<StoredRecord, FileRecord>();
  let before = 0;
  for (const data of stored.data) {
    const parts = data.records
      .map((record) => ({ record, number: before + record.line, bytes: record.bytes }))
      .sort((a, b) => a.number - b.number);
    for (const lines of groupLines(parts)) {
      const file = toFileRecord(joinLines(lines), lines[0].number);
      for (const { record } of lines) records.set(record, file);
    }
    before += data.lineCount;
  }
  return {
    records: [...new Set(records.values())],
    without(isErased) {
      const kept = stored.withOnly((each) => {
        const record = records.get(each);
        return record !== undefined && !isErased(record);
      });
      return kept === undefined ? undefined : [kept];
    },
  };
}

function toFileRecord(bytes: Buffer, line: number): FileRecord {
  const text = bytes.toString("utf8");
  return { line, bytes, text, value: parseRecord(text), isOfSeveralLines: isOfSeveralLines({ bytes }) };
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
  for await (const line of splitStream(streamObject(stack, object))) {
    const { id } = (line === "" ? {} : JSON.parse(line)) as { readonly id?: unknown };
    if (line !== "") yield { text: `${line}\n`, userId: id };
  }
}
