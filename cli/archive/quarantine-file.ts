// The objects of the quarantine bucket: single records that the consumer refused, or lines of them,
// and batches that were given up.
import { z } from "zod";
import { idOf } from "../../functions/ingestion/record";
import { keepLines, splitRecord } from "../../functions/ingestion/record-parts";
import { isObject, parseJson } from "../stack/json";
import type { StoredRecord } from "./stored-event";

/** As functions/ingestion/quarantine.ts writes it. */
const quarantinedRecord = z.object({
  shardId: z.string(),
  sequenceNumber: z.string(),
  arrivedAt: z.iso.datetime(),
  data: z.string(),
});

/** The records in the data of one record of the stream. */
interface StreamData {
  readonly lineCount: number;
  readonly records: readonly (StoredRecord & { readonly line: number })[];
}

/** The records in an object. */
export interface StoredRecords {
  readonly records: readonly StoredRecord[];
  /** Has the same records, apart by what they came in. */
  readonly data: readonly StreamData[];
  /**
   * Returns the object's text with only the records that `keep` accepts; undefined without any.
   */
  withOnly(keep: (record: StoredRecord) => boolean): string | undefined;
}

/** Reads the records that were refused; undefined when the object has another form. */
export function readQuarantined(text: string): StoredRecords | undefined {
  const { data: content } = quarantinedRecord.safeParse(parseJson(text));
  if (!content) return undefined;
  const { shardId, sequenceNumber, arrivedAt, data } = content;
  // Lambda's eventID is `<shard id>:<sequence number>`.
  const { withOnly, ...read } = readData(`${shardId}:${sequenceNumber}`, data, new Date(arrivedAt));
  return joinData([read], (keep) => {
    const kept = withOnly(keep);
    return kept === data ? text : kept && JSON.stringify({ ...content, data: kept });
  });
}

const joinData = (data: readonly StreamData[], withOnly: StoredRecords["withOnly"]): StoredRecords => ({
  records: data.flatMap(({ records }) => records),
  data,
  withOnly,
});

type ReadData = StreamData & Pick<StoredRecords, "withOnly">;

/** Reads the parts of a record of the stream from its data in Base64. */
function readData(eventID: string, data: string, arrivedAt: Date): ReadData {
  const bytes = Buffer.from(data, "base64");
  const parts = splitRecord(bytes).map((part) => {
    const [line = 1] = part.numbers;
    return { numbers: part.numbers, record: { id: idOf({ eventID }, part), bytes: part.bytes, arrivedAt, line } };
  });
  return {
    lineCount: bytes.toString("latin1").split("\n").length,
    records: parts.map(({ record }) => record),
    withOnly(keep) {
      const kept = parts.filter(({ record }) => keep(record));
      if (kept.length === 0) return undefined;
      if (kept.length === parts.length) return data;
      const numbers = new Set(kept.flatMap((part) => part.numbers));
      return keepLines(bytes, (number) => numbers.has(number)).toString("base64");
    },
  };
}

const event = z.looseObject({
  Records: z.array(
    z.looseObject({
      eventID: z.string(),
      kinesis: z.looseObject({ data: z.string(), approximateArrivalTimestamp: z.number() }),
    }),
  ),
});

/**
 * A batch that the event source mapping gave up, as it writes it to S3: the invocation record, and
 * the whole event as `payload` (Lambda guide, "Retain discarded batch records for a Kinesis event
 * source"). The guide shows the payload as a text; both a text and an object are accepted.
 */
const invocationRecord = z.looseObject({
  payload: z.union([
    event,
    z
      .string()
      .transform((text, context) => parseJson(text) ?? context.addIssue("must be JSON"))
      .pipe(event),
  ]),
});

/** Reads a batch that was given up; undefined when the text has another form. */
export function readFailedBatch(text: string): StoredRecords | undefined {
  const { data: content } = invocationRecord.safeParse(parseJson(text));
  if (!content) return undefined;
  const all = content.payload.Records.map((record) => {
    const { data, approximateArrivalTimestamp } = record.kinesis;
    return { record, stored: readData(record.eventID, data, new Date(approximateArrivalTimestamp * 1000)) };
  });
  return joinData(
    all.map(({ stored }) => stored),
    (keep) => {
      const Records = all.flatMap(({ record, stored }) => {
        const data = stored.withOnly(keep);
        return data === undefined ? [] : { ...record, kinesis: { ...record.kinesis, data } };
      });
      return Records.length === 0
        ? undefined
        : JSON.stringify({ ...content, payload: { ...content.payload, Records } });
    },
  );
}

/**
 * Reads what Firehose could not write. Each line is JSON with the record in Base64 as `rawData`
 * (Firehose guide, "Handle data delivery failures"); another line is a record as it is.
 */
export function readErrors(text: string): StoredRecords {
  const lines = text.split("\n").filter((line) => line !== "");
  const all = lines.map((line): ReadData => {
    const failed = parseJson(line);
    const { rawData } = isObject(failed) ? failed : {};
    if (typeof rawData !== "string") {
      const record = { id: "", bytes: Buffer.from(line), arrivedAt: new Date(0), line: 1 };
      return { lineCount: 1, records: [record], withOnly: (keep) => (keep(record) ? line : undefined) };
    }
    const { withOnly, ...read } = readData("", rawData, new Date(0));
    return {
      ...read,
      withOnly(keep) {
        const kept = withOnly(keep);
        return kept === rawData ? line : kept && JSON.stringify({ ...(failed as object), rawData: kept });
      },
    };
  });
  return joinData(all, (keep) => {
    const kept = all.flatMap(({ withOnly }) => withOnly(keep) ?? []);
    return kept.length === 0 ? undefined : `${kept.join("\n")}\n`;
  });
}
