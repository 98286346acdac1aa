import { runInParallel } from "../support/run-in-parallel";
import { describeError, emitMetrics, log } from "../support/telemetry";
import type { createQuarantine, RefusedPart } from "./quarantine";
import type { StreamPart, StreamRecord } from "./record";

/** The answer to a mapping: from which record on it delivers the batch again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Parts that can never succeed, and records that are delivered again. */
export interface Outcome {
  bad: RefusedPart[];
  failed: Iterable<StreamRecord>;
}

/** Writes to the quarantine at a time. */
const parallelWrites = 8;

/**
 * Creates the end of an invocation: the bad parts go to the quarantine, and every part is counted
 * once. Those of the first failed record and of later ones are counted when they are delivered
 * again.
 */
export function createBatchEnd(stack: string, quarantine: ReturnType<typeof createQuarantine>) {
  /** `parts` are those that this function is responsible for, in the order of the batch. */
  return async (parts: readonly StreamPart[], outcome: Outcome): Promise<BatchResponse> => {
    const { bad } = outcome;
    const failed = new Set(outcome.failed);
    await runInParallel(groupByRecord(bad), parallelWrites, async ([record, refused]) => {
      try {
        await quarantine(record, refused);
      } catch (error) {
        log("error", "record not quarantined, will be retried", describeError(error));
        failed.add(record);
      }
    });
    const lowest = parts.findIndex(({ record }) => failed.has(record));
    const ended = new Set(lowest === -1 ? parts : parts.slice(0, lowest));
    const quarantined = bad.filter(({ part }) => ended.has(part)).length;
    emitMetrics({ Stack: stack }, { DeliveredEvents: ended.size - quarantined, QuarantinedRecords: quarantined });
    const itemIdentifier = parts[lowest]?.record.kinesis.sequenceNumber;
    return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
  };
}

function groupByRecord(bad: readonly RefusedPart[]): [StreamRecord, RefusedPart[]][] {
  const groups = new Map<StreamRecord, RefusedPart[]>();
  for (const each of bad) {
    const group = groups.get(each.part.record);
    if (group) group.push(each);
    else groups.set(each.part.record, [each]);
  }
  return [...groups];
}
