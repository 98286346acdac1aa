import type { Interaction } from "../../../functions/ingestion/events/event-record";
import type { StackReader } from "../../stack/read-stacks";
import { listArchive, readArchive } from "./archive-file";
import { isWithin, readObject, type TimeRange } from "./objects";
import { countReason, readRules, toReplayable } from "./replayable";
import { isCopy, type StoredRecord } from "./stored-event";

/** Creates the counts of what was read of the archive, and of the records that are no events. */
export const noArchiveCounts = () => ({
  archiveObjects: 0,
  archivedEvents: 0,
  /** Left out: copies that a replay put on the stream. The archive has their first records. */
  copies: 0,
  /** Left out: updates of items, which are no interactions. */
  itemUpdates: 0,
  /** Left out: what arrived in the range and the consumer refuses, by reason. */
  refused: {} as Record<string, number>,
});

/** Yields the archived events that the consumer takes. Its objects can have records of up to 15 minutes before the range. */
export async function* readArchivedEvents(
  stack: StackReader,
  range: TimeRange,
  counts: ReturnType<typeof noArchiveCounts>,
): AsyncGenerator<Interaction & { readonly stored: StoredRecord & { readonly event: unknown } }> {
  const rules = await readRules(stack);
  for await (const object of listArchive(stack, range)) {
    counts.archiveObjects++;
    for (const stored of readArchive(object, await readObject(stack, object))) {
      const read = isCopy(stored.event) ? undefined : toReplayable(stored, rules, stack.now);
      if (read === undefined) counts.copies++;
      else if ("reason" in read) {
        if (isWithin(range, stored.arrivedAt)) countReason(counts.refused, read.reason);
      } else if (!read.interaction) counts.itemUpdates++;
      else {
        counts.archivedEvents++;
        yield { ...read.interaction, stored };
      }
    }
  }
}
