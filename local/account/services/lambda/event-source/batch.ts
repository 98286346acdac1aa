import type { _Record } from "@aws-sdk/client-kinesis";

/** A record of a stream as the function sees it. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Virtual milliseconds. */
  readonly arrival: number;
  /** Its JSON text in the event. */
  readonly json: string;
}

/** Consecutive records of a shard that are invoked together. */
export interface Batch {
  readonly records: readonly StreamRecord[];
  /** Failed invocations that count against the retry quota. */
  readonly attempts: number;
  /** Invocations of these records so far, whichever batch they were in. */
  readonly invocations: number;
}

/**
 * The consequence of an invocation: the records that are done, and the batches to invoke next, in
 * order.
 */
export interface Verdict {
  readonly done: readonly StreamRecord[];
  readonly next: readonly Batch[];
  /** The batch that the retry quota gives up. */
  readonly dropped?: Batch;
}

interface RetryRules {
  readonly bisect: boolean;
  /** -1: for ever. */
  readonly maximumRetryAttempts: number;
}

/** A synchronous invocation takes 6 MB (Lambda quotas). */
export const maxPayloadBytes = 6 * 1024 * 1024;

export function streamRecord(
  record: _Record,
  at: { streamArn: string; shardId: string; region: string; roleArn: string },
): StreamRecord {
  const {
    SequenceNumber: sequenceNumber = "",
    ApproximateArrivalTimestamp,
    Data,
    PartitionKey: partitionKey = "",
  } = record;
  const arrival = ApproximateArrivalTimestamp?.getTime() ?? 0;
  const json = JSON.stringify({
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey,
      sequenceNumber,
      data: Buffer.from(Data ?? new Uint8Array()).toString("base64"),
      approximateArrivalTimestamp: arrival / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${at.shardId}:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: at.roleArn,
    awsRegion: at.region,
    eventSourceARN: at.streamArn,
  });
  return { sequenceNumber, partitionKey, arrival, json };
}

export const eventOf = ({ records }: Batch) => `{"Records":[${records.map(({ json }) => json).join(",")}]}`;

/**
 * Returns how many of the gathered records fit one event: by number and by bytes, always one at
 * least.
 */
export function fitting(records: readonly StreamRecord[], batchSize: number): number {
  let bytes = '{"Records":[]}'.length;
  let count = 0;
  for (const { json } of records) {
    bytes += Buffer.byteLength(json) + 1;
    if (count > 0 && bytes > maxPayloadBytes) break;
    if (++count === batchSize) break;
  }
  return count;
}

/**
 * Reads a partial batch response: the index of the first failed record, or the number of records
 * when all succeeded. Anything that is not a valid list of known identifiers fails the whole batch
 * (developer guide, "Success and failure conditions").
 */
export function firstFailure(response: string, records: readonly StreamRecord[]): number {
  const parsed = parse(response);
  if (parsed === undefined) return 0;
  if (parsed === null || parsed === "") return records.length;
  // Recorded on AWS (localstack's snapshot
  // test_kinesis_report_batch_item_success_scenarios[empty_list_success]).
  if (Array.isArray(parsed)) return parsed.length === 0 ? records.length : 0;
  if (typeof parsed !== "object") return 0;
  const failures = (parsed as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined) return Object.keys(parsed).length === 0 ? records.length : 0;
  if (failures === null) return records.length;
  if (!Array.isArray(failures)) return 0;
  let first = records.length;
  for (const failure of failures as unknown[]) {
    const identifier = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    const index = records.findIndex(({ sequenceNumber }) => sequenceNumber === identifier);
    if (index === -1) return 0;
    first = Math.min(first, index);
  }
  return first;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Judges an invocation by the index of its first failed record (0: the whole batch failed).
 * Splitting does not use the retry quota, and each part has its own; without bisect, a retry of
 * what is left counts.
 */
export function judge(batch: Batch, failedAt: number, { bisect, maximumRetryAttempts }: RetryRules): Verdict {
  const invocations = batch.invocations + 1;
  const done = batch.records.slice(0, failedAt);
  const rest = batch.records.slice(failedAt);
  if (rest.length === 0) return { done, next: [] };
  if (bisect && failedAt > 0) return { done, next: [{ records: rest, attempts: 0, invocations }] };
  if (bisect && rest.length > 1) {
    // A response that names the first record leaves nothing to split off before it: halves, as for
    // an error.
    const middle = Math.ceil(rest.length / 2);
    const halves = [rest.slice(0, middle), rest.slice(middle)];
    return { done, next: halves.map((records) => ({ records, attempts: 0, invocations })) };
  }
  const attempts = batch.attempts + 1;
  const left = { records: rest, attempts, invocations };
  const exhausted = maximumRetryAttempts >= 0 && attempts > maximumRetryAttempts;
  return exhausted ? { done, next: [], dropped: left } : { done, next: [left] };
}

/**
 * Divides a batch into the records that are too old to be tried again and the others. They arrived
 * in order.
 */
export function splitByAge(batch: Batch, oldest: number): { expired?: Batch; kept?: Batch } {
  const count = batch.records.findIndex(({ arrival }) => arrival >= oldest);
  if (count === 0) return { kept: batch };
  if (count === -1) return { expired: batch };
  return {
    expired: { ...batch, records: batch.records.slice(0, count) },
    kept: { ...batch, records: batch.records.slice(count) },
  };
}
