import type { Interaction } from "../../functions/ingestion/events/event-record";
import { clockTolerance } from "../../functions/values/time";
import type { StackReader } from "../stack/stack";
import { type ArchivedRecord, type ArchiveObject, listArchive, readArchive } from "./archive-file";
import { countReason, endOfTime, type Judged, judgeRecord, type RecordRules, readRules } from "./judge-record";
import { isWithin, type TimeRange, tryRead } from "./objects";
import { QuarantinedHours } from "./quarantined-hours";
import { isCopy } from "./stored-event";

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

/**
 * An archived record, and what the consumer made of it; a copy of a record that the archive has too
 * is none of these.
 */
export interface JudgedRecord {
  readonly stored: ArchivedRecord;
  readonly judged: Judged | "copy";
}

/**
 * Judges archived records as the consumer did when they arrived. Gets the objects in the order of
 * their times.
 */
export class ArchiveJudge {
  readonly #rules: RecordRules;
  readonly #quarantine: QuarantinedHours;
  /** Events that arrived before their time: of these, a copy that was sent later is the event. */
  readonly #early = new Set<string>();

  constructor(stack: StackReader, rules: RecordRules) {
    this.#rules = rules;
    this.#quarantine = new QuarantinedHours(stack);
  }

  async *judge(object: ArchiveObject, content: Buffer): AsyncGenerator<JudgedRecord> {
    for (const stored of readArchive(object, content)) {
      const judged = await this.#judgeOne(stored, object);
      const isOnlyCopy = "interaction" in judged && this.#early.delete(toKey(judged.interaction));
      yield { stored, judged: isCopy(stored.event) && !isOnlyCopy ? "copy" : judged };
    }
  }

  async #judgeOne(stored: ArchivedRecord, { time, end }: ArchiveObject): Promise<Judged> {
    let judged = judgeRecord(stored, this.#rules);
    // It may have arrived later.
    if ("reason" in judged) judged = judgeRecord(stored, this.#rules, end);
    if ("reason" in judged) return this.#refuse(stored, judged);
    const mayBeRefused = timeOf(judged) > time.getTime() + clockTolerance;
    const isRefused = mayBeRefused && (await this.#quarantine.take(stored, time, end));
    return isRefused ? this.#refuse(stored, judgeRecord(stored, this.#rules, time)) : judged;
  }

  #refuse(stored: ArchivedRecord, judged: Judged): Judged {
    const later = judgeRecord(stored, this.#rules, endOfTime);
    if ("interaction" in later) this.#early.add(toKey(later.interaction));
    return judged;
  }
}

const timeOf = (taken: Exclude<Judged, { reason: string }>): number =>
  ("update" in taken ? taken.update.changedAt : taken.interaction.event.sentAt).getTime();

const toKey = ({ userId, sessionId, event: { itemId, eventType, sentAt } }: Interaction): string =>
  JSON.stringify([userId ?? sessionId, itemId, eventType, sentAt.getTime()]);

/**
 * Yields the archived events that the consumer takes. Its objects can have records of up to 15
 * minutes before the range.
 */
export async function* readArchivedEvents(
  stack: StackReader,
  range: TimeRange,
  counts: ReturnType<typeof noArchiveCounts>,
): AsyncGenerator<Interaction & { readonly stored: ArchivedRecord }> {
  const judge = new ArchiveJudge(stack, await readRules(stack));
  for await (const object of listArchive(stack, range)) {
    const content = await tryRead(stack, object, counts.unreadable);
    if (content === undefined) continue;
    counts.archiveObjects++;
    for await (const { stored, judged } of judge.judge(object, content)) {
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
