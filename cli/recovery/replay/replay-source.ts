import type { StoredRecord } from "../stored/stored-event";

export const replaySources = ["quarantine", "failed", "archive"] as const;

/** The records of a group that were not put on the stream, with the reason, by record id. */
export interface Unsent {
  readonly refused: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

/** Objects that are read, sent and marked together. */
export interface ReplayGroup {
  readonly objects: number;
  readonly records: readonly StoredRecord[];
  /** Copies of earlier replays: their originals are in the same source. */
  readonly copies?: number;
  /** Objects that cannot be read, by reason. They stay where they are. */
  readonly unreadable?: readonly string[];
  /** Marks what was sent, so that the next replay does not send it again. */
  settle(unsent: Unsent): Promise<void>;
}

export interface ReplaySource {
  /** Yields the groups that no earlier replay sent. */
  groups(): AsyncGenerator<ReplayGroup>;
}
