import { type KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { type Pause, realPause } from "../../poll";

/** PutRecords takes 500 records (API reference, PutRecords); events have at most 10 KB, so size is no limit. */
export const recordsPerCall = 500;

const attempts = 8;

/** An event for the stream. */
export interface OutgoingRecord {
  readonly id: string;
  readonly partitionKey: string;
  readonly text: string;
}

/**
 * Puts at most 500 records on the stream. PutRecords succeeds also when single records fail, usually because a shard is busy:
 * those are sent again, with growing pauses. Returns the error codes of records that never succeeded, by the record's id.
 */
export async function putRecords(
  client: Pick<KinesisClient, "send">,
  streamName: string,
  records: readonly OutgoingRecord[],
  wait: Pause = realPause,
): Promise<Map<string, string>> {
  let open = records;
  const failures = new Map<string, string>();
  for (let attempt = 0; open.length > 0 && attempt < attempts; attempt++) {
    if (attempt > 0) await wait(Math.min(200 * 2 ** attempt, 10_000));
    const { Records = [] } = await client.send(
      new PutRecordsCommand({
        StreamName: streamName,
        Records: open.map(({ partitionKey, text }) => ({ PartitionKey: partitionKey, Data: Buffer.from(text) })),
      }),
    );
    failures.clear();
    open = open.filter(({ id }, index) => {
      const code = Records[index]?.ErrorCode;
      if (code !== undefined) failures.set(id, code);
      return code !== undefined;
    });
  }
  return failures;
}
