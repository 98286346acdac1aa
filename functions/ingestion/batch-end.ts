import { runInParallel } from "../support/run-in-parallel";
import { describeError, emitMetrics, log } from "../support/telemetry";
import type { createQuarantine, QuarantinedRecord } from "./quarantine";
import type { StreamRecord } from "./stream-record";

/** The answer to a mapping: from which record on it delivers the batch again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Records that can never succeed, and records that are delivered again. */
export interface Outcome {
  bad: QuarantinedRecord[];
  failed: Iterable<StreamRecord>;
}

/** Writes to the quarantine at a time. */
const parallelWrites = 8;

/**
 * Creates the end of an invocation: the bad records go to the quarantine, and every record is
 * counted once. Those from the first failed one on are counted when they are delivered again.
 */
export function createBatchEnd(stack: string, quarantine: ReturnType<typeof createQuarantine>) {
  /** `records` are those of the batch that this function is responsible for. */
  return async (records: readonly StreamRecord[], outcome: Outcome): Promise<BatchResponse> => {
    const { bad } = outcome;
    const failed = new Set(outcome.failed);
    await runInParallel(bad, parallelWrites, async (record) => {
      try {
        await quarantine(record);
      } catch (error) {
        log("error", "record not quarantined, will be retried", describeError(error));
        failed.add(record.record);
      }
    });
    const lowest = records.find((record) => failed.has(record));
    const ended = new Set(lowest ? records.slice(0, records.indexOf(lowest)) : records);
    const quarantined = bad.filter(({ record }) => ended.has(record)).length;
    emitMetrics({ Stack: stack }, { DeliveredEvents: ended.size - quarantined, QuarantinedRecords: quarantined });
    return { batchItemFailures: lowest ? [{ itemIdentifier: lowest.kinesis.sequenceNumber }] : [] };
  };
}
