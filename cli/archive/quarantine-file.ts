// The objects of the quarantine bucket: single records that the consumer refused, and batches that
// were given up.
import { z } from "zod";
import { parseJson } from "../stack/json";
import type { StoredRecord } from "./stored-event";

/** As functions/ingestion/quarantine.ts writes it. */
const quarantinedRecord = z.object({
  shardId: z.string(),
  sequenceNumber: z.string(),
  arrivedAt: z.iso.datetime(),
  data: z.string(),
});

/**
 * Returns the record in an object of the quarantine; undefined when the object has another form.
 */
export function readQuarantined(text: string): StoredRecord | undefined {
  const { data: record } = quarantinedRecord.safeParse(parseJson(text));
  if (!record) return undefined;
  const { shardId, sequenceNumber, arrivedAt, data } = record;
  // The consumer's event id (functions/ingestion/events/event-record.ts): Lambda's eventID is
  // `<shard id>:<sequence number>`.
  return { id: `${shardId}:${sequenceNumber}`, data, arrivedAt: new Date(arrivedAt) };
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
export function readFailedBatch(text: string) {
  const { data: content } = invocationRecord.safeParse(parseJson(text));
  if (!content) return undefined;
  const stored = ({ eventID, kinesis }: (typeof content.payload.Records)[number]): StoredRecord => ({
    id: eventID,
    data: kinesis.data,
    arrivedAt: new Date(kinesis.approximateArrivalTimestamp * 1000),
  });
  return {
    records: content.payload.Records.map(stored),
    /** Returns the object's text with only the records that `keep` accepts. */
    withOnly(keep: (record: StoredRecord) => boolean): string {
      const Records = content.payload.Records.filter((record) => keep(stored(record)));
      return JSON.stringify({ ...content, payload: { ...content.payload, Records } });
    },
  };
}
