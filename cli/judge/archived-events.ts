import type { Interaction } from "../../functions/ingestion/events/event-record";
import type { ArchivedRecord } from "../archive/archive-file";
import { isWithin, type TimeRange } from "../archive/objects";
import { listArchive, readArchive } from "../archive/read-archive";
import type { StackReader } from "../stack/stack";
import { ArchiveJudge } from "./archive-judge";
import { countReason, readRules } from "./judge-record";

/** Creates the counts of what was read of the archive, and of the records that are no events. */
export const noArchiveCounts = () => ({
  archiveObjects: 0,
  archivedEvents: 0,
  /** Left out: copies that a replay put on the stream. The archive has their first records. */
  copies: 0,
  /** Left out: updates of items and users, which are no interactions. */
  updates: 0,
  /** Left out: what arrived in the range and the consumer refuses, by reason. */
  refused: {} as Record<string, number>,
  /** Left out: objects that cannot be read, each with the reason. */
  unreadable: [] as string[],
});

/** An event that the consumer takes, and its record. */
export interface ArchivedEvent extends Interaction {
  readonly stored: ArchivedRecord;
}

/**
 * Yields the archived events that the consumer takes. Their objects can have records of up to 15
 * minutes before the range.
 */
export async function* readArchivedEvents(
  stack: StackReader,
  range: TimeRange,
  counts: ReturnType<typeof noArchiveCounts>,
): AsyncGenerator<ArchivedEvent> {
  const judge = new ArchiveJudge(stack, await readRules(stack), counts.unreadable);
  for await (const { object, records } of readArchive(stack, listArchive(stack, range), counts.unreadable)) {
    counts.archiveObjects++;
    for (const stored of records) {
      const judged = await judge.judge(stored, object);
      if (judged === "copy") counts.copies++;
      else if ("reason" in judged) {
        if (isWithin(range, stored.arrivedAt)) countReason(counts.refused, judged.reason);
      } else if ("update" in judged) counts.updates++;
      else {
        counts.archivedEvents++;
        yield { ...judged.interaction, stored };
      }
    }
  }
}
