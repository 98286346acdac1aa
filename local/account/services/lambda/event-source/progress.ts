import type { StreamRecord } from "./batch";

/** Notes which records of a shard are done, while several processors work on it out of step. */
export interface Progress {
  /** Records that were read, in their order in the shard. */
  started(records: readonly StreamRecord[]): void;
  /** Records that are done with, in any order. */
  finished(records: readonly StreamRecord[]): void;
}

/**
 * Calls `checkpoint` with the last record before which nothing is left to do, whenever it moves.
 */
export function createProgress(checkpoint: (sequenceNumber: string) => void): Progress {
  let open: StreamRecord[] = [];
  const done = new Set<string>();

  return {
    started(records) {
      open.push(...records);
    },
    finished(records) {
      for (const { sequenceNumber } of records) done.add(sequenceNumber);
      const left = open.findIndex(({ sequenceNumber }) => !done.has(sequenceNumber));
      const count = left === -1 ? open.length : left;
      const last = open[count - 1];
      if (!last) return;
      for (const { sequenceNumber } of open.slice(0, count)) done.delete(sequenceNumber);
      open = open.slice(count);
      checkpoint(last.sequenceNumber);
    },
  };
}
