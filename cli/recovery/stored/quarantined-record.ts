import { z } from "zod";
import { parseJson } from "../../parse-json";
import type { StoredRecord } from "./stored-event";

/** As functions/ingestion/quarantine.ts writes it. */
const quarantinedRecord = z.object({
  shardId: z.string(),
  sequenceNumber: z.string(),
  arrivedAt: z.iso.datetime(),
  data: z.string(),
});

/** Returns the record in an object of the quarantine; undefined when the object has another form. */
export function readQuarantined(text: string): StoredRecord | undefined {
  const { data: record } = quarantinedRecord.safeParse(parseJson(text));
  if (!record) return undefined;
  const { shardId, sequenceNumber, arrivedAt, data } = record;
  // The consumer's event id (functions/ingestion/event-record.ts): Lambda's eventID is `<shard id>:<sequence number>`.
  return { id: `${shardId}:${sequenceNumber}`, data, arrivedAt: new Date(arrivedAt) };
}
