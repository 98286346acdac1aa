import type { Interaction } from "../../functions/ingestion/events/event-record";
import { clockTolerance } from "../../values/time";
import type { ArchivedRecord } from "../archive/archive-file";
import type { ArchiveObject } from "../archive/read-archive";
import { isCopy } from "../archive/stored-event";
import type { StackReader } from "../stack/stack";
import { endOfTime, type Judged, judgeRecord, type RecordRules } from "./judge-record";
import { QuarantinedHours } from "./quarantined-hours";

/**
 * Judges archived records as the consumer did when they arrived. Gets them in the order of their
 * objects' times.
 */
export class ArchiveJudge {
  readonly #rules: RecordRules;
  readonly #quarantine: QuarantinedHours;
  /** Events that arrived before their time: of these, a copy that was sent later is the event. */
  readonly #early = new Set<string>();

  /** Objects of the quarantine that cannot be read are named in `unreadable`. */
  constructor(stack: StackReader, rules: RecordRules, unreadable: string[]) {
    this.#rules = rules;
    this.#quarantine = new QuarantinedHours(stack, unreadable);
  }

  /**
   * Returns what the consumer made of a record; `copy` for one that a replay has sent, whose first
   * record the archive has too.
   */
  async judge(record: ArchivedRecord, object: ArchiveObject): Promise<Judged | "copy"> {
    const judged = await this.#judgeFirst(record, object);
    const isOnlyCopy = "interaction" in judged && this.#early.delete(toKey(judged.interaction));
    return isCopy(record.event) && !isOnlyCopy ? "copy" : judged;
  }

  async #judgeFirst(record: ArchivedRecord, { time, end }: ArchiveObject): Promise<Judged> {
    let judged = judgeRecord(record, this.#rules);
    // It may have arrived later.
    if ("reason" in judged) judged = judgeRecord(record, this.#rules, end);
    if ("reason" in judged) return this.#refuse(record, judged);
    const mayBeRefused = timeOf(judged) > time.getTime() + clockTolerance;
    const isRefused = mayBeRefused && (await this.#quarantine.take(record, time, end));
    return isRefused ? this.#refuse(record, judgeRecord(record, this.#rules, time)) : judged;
  }

  #refuse(record: ArchivedRecord, judged: Judged): Judged {
    const later = judgeRecord(record, this.#rules, endOfTime);
    if ("interaction" in later) this.#early.add(toKey(later.interaction));
    return judged;
  }
}

const timeOf = (taken: Exclude<Judged, { reason: string }>): number =>
  ("update" in taken ? taken.update.changedAt : taken.interaction.event.sentAt).getTime();

const toKey = ({ userId, sessionId, event: { itemId, eventType, sentAt } }: Interaction): string =>
  JSON.stringify([userId ?? sessionId, itemId, eventType, sentAt.getTime()]);
