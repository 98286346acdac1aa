import type { StoredRecord } from "../../archive/stored-event";
import type { DeployedStack } from "../../stack/stack";
import type { Pause } from "../../terminal/poll";
import type { RecordCopy } from "./copy-record";

/**
 * PutRecords takes 500 records (API reference, PutRecords); events have at most 10 KB, so size is
 * no limit.
 */
export const recordsPerCall = 500;

const attempts = 8;

export type OutgoingRecord = Pick<RecordCopy, "partitionKey" | "text"> & Pick<StoredRecord, "id">;

/**
 * Puts at most 500 records on the stream. PutRecords succeeds also when single records fail,
 * usually because a shard is busy: those are sent again, with growing pauses. Returns the error
 * codes of records that never succeeded, by the record's id.
 */
export async function putRecords(
  { call, streamName: StreamName }: Pick<DeployedStack, "call" | "streamName">,
  records: readonly OutgoingRecord[],
  pause: Pause,
): Promise<Map<string, string>> {
  let open = records;
  const failures = new Map<string, string>();
  for (let attempt = 0; open.length > 0 && attempt < attempts; attempt++) {
    if (attempt > 0) await pause(Math.min(200 * 2 ** attempt, 10_000));
    const entries = open.map(({ partitionKey, text }) => ({ PartitionKey: partitionKey, Data: Buffer.from(text) }));
    const { Records = [] } = await call("kinesis", "PutRecords", { StreamName, Records: entries });
    failures.clear();
    open = open.filter(({ id }, index) => {
      const code = Records[index]?.ErrorCode;
      if (code !== undefined) failures.set(id, code);
      return code !== undefined;
    });
  }
  return failures;
}
