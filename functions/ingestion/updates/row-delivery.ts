import { runInParallel } from "../../support/run-in-parallel";
import { describeError, log } from "../../support/telemetry";
import type { Outcome } from "../batch-end";
import type { RefusedPart } from "../quarantine";
import type { StreamRecord } from "../stream-record";
import type { StoredRow } from "./changed-rows";
import { type ChangedRow, mergeUpdates } from "./merge-updates";
import type { Pace } from "./pace";
import { haveSameValues } from "./row-columns";
import type { RowKind } from "./row-kind";
import { createRowSender, rowsPerCall } from "./row-sender";
import { createRowStore, type RowsPlace } from "./row-store";
import type { RowUpdate } from "./row-update";

/** Writes to S3 at a time. */
const parallelWrites = 10;

/** The most times that a row is sent again because another instance has stored it meanwhile. */
const mostConflicts = 5;

export interface RowDeliveryArgs {
  readonly kind: RowKind;
  readonly datasetArn: string;
  readonly place: RowsPlace;
  /** Runs once for a batch, with the rows that it concerns, as Personalize has them then. */
  readonly afterwards?:
    | {
        concerns(row: StoredRow): boolean;
        run(rows: readonly StoredRow[]): Promise<void>;
      }
    | undefined;
}

/**
 * Creates the function that brings updates of items or users to their dataset, at the pace of its
 * requests.
 */
export function createRowDelivery({ kind, datasetArn, place, afterwards }: RowDeliveryArgs, pace: Pick<Pace, "turn">) {
  const store = createRowStore(place);
  const sendRows = createRowSender(kind, datasetArn, pace);
  /**
   * The ids of rows in requests that failed, which the service may have carried out, or still do.
   */
  const unanswered = new Set<string>();
  const send: typeof sendRows = async (rows) => {
    for (const { id } of rows) unanswered.add(id);
    const reason = await sendRows(rows);
    for (const { id } of rows) unanswered.delete(id);
    return reason;
  };

  /** Returns the rows that another instance has written since they were read. */
  const writeRows = async (rows: readonly ChangedRow[]): Promise<ChangedRow[]> => {
    const conflicts: ChangedRow[] = [];
    await runInParallel(rows, parallelWrites, async (row) => {
      const { updates: _, isInDoubt: _inDoubt, ...stored } = row;
      if (!(await store.writeRow(stored))) conflicts.push(row);
    });
    return conflicts;
  };

  /**
   * Joins the updates with what is known about their rows, and parts the rows that change from the
   * others.
   */
  const prepare = async (updates: readonly RowUpdate[], bad: RefusedPart[]) => {
    const ids = [...new Set(updates.map(({ id }) => id))];
    const [fields, known] = await Promise.all([store.readFields(), store.readRows(ids)]);
    const rows = mergeUpdates(kind, updates, fields, known, bad);
    const isSame = ({ id, columns, isInDoubt }: ChangedRow) =>
      !isInDoubt && !unanswered.has(id) && haveSameValues(columns, known.get(id)?.columns);
    const same = rows.filter(isSame);
    const isLater = ({ id, changedAt }: ChangedRow) => known.get(id)?.changedAt !== changedAt;
    return { fields, known, changed: rows.filter((row) => !isSame(row)), same, later: same.filter(isLater) };
  };

  /**
   * Sends rows, and remembers them when the service has taken them. After a refusal halves the
   * updates until the bad one is alone: the others must arrive, also those of the same row. Returns
   * the rows as they are then.
   */
  const deliver = async (
    rows: readonly ChangedRow[],
    prepared: Pick<Awaited<ReturnType<typeof prepare>>, "fields" | "known">,
    bad: RefusedPart[],
    conflicts = 0,
  ): Promise<ChangedRow[]> => {
    const { fields, known } = prepared;
    const reason = await send(rows);
    if (reason === undefined) {
      // After the service has them: what it refuses must not become the base of later changes.
      const changedByOthers = await writeRows(rows);
      const stored = rows.filter((row) => !changedByOthers.includes(row));
      for (const row of stored) known.set(row.id, row);
      if (changedByOthers.length === 0) return stored;
      if (conflicts === mostConflicts) throw new Error(`Rows were changed by others ${mostConflicts} times in a row.`);
      // Whichever of the two was sent last, Personalize must have what is stored in the end.
      for (const { id } of changedByOthers) {
        const found = await store.findRow(id);
        if (found) known.set(id, found);
      }
      const again = mergeUpdates(
        kind,
        changedByOthers.flatMap((row) => row.updates),
        fields,
        known,
        bad,
      );
      return [...stored, ...(await deliver(again, prepared, bad, conflicts + 1))];
    }
    const updates = rows.flatMap((row) => row.updates);
    if (updates.length === 1) {
      bad.push(...updates.map(({ part }) => ({ part, reason })));
      return [];
    }
    const delivered = new Map<string, ChangedRow>();
    const half = Math.ceil(updates.length / 2);
    for (const part of [updates.slice(0, half), updates.slice(half)]) {
      const merged = mergeUpdates(kind, part, fields, known, bad);
      const after = merged.length > 0 ? await deliver(merged, prepared, bad) : [];
      for (const row of after) delivered.set(row.id, row);
    }
    return [...delivered.values()];
  };

  return async (updates: readonly RowUpdate[]): Promise<Outcome> => {
    const outcome = { bad: [] as RefusedPart[], failed: [] as StreamRecord[] };
    /** Runs a step; after a failure the records are delivered again. */
    const attempt = async <T>(records: readonly StreamRecord[], step: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await step();
      } catch (error) {
        log("error", `${kind.word} updates not delivered, will be retried`, describeError(error));
        outcome.failed.push(...records);
        return undefined;
      }
    };

    const recordsOfUpdates = updates.map(({ part }) => part.record);
    const prepared = await attempt(recordsOfUpdates, () => prepare(updates, outcome.bad));
    if (!prepared) return { bad: [], failed: recordsOfUpdates };
    const { changed, same, later } = prepared;
    // Personalize has them already, but their times count: an older update that arrives after them
    // must have no effect.
    await attempt(recordsOf(later), async () => {
      if ((await writeRows(later)).length > 0) throw new Error("Another instance has changed a row meanwhile.");
    });
    const delivered = [...same];
    for (let start = 0; start < changed.length; start += rowsPerCall) {
      const call = changed.slice(start, start + rowsPerCall);
      // After a failure nothing more is sent: a service that throttles or fails gets no further
      // requests from this batch.
      const sent = await attempt(recordsOf(changed.slice(start)), () => deliver(call, prepared, outcome.bad));
      if (!sent) break;
      delivered.push(...sent);
    }
    // Once for the whole batch: conditional writes at the same time refuse each other.
    if (afterwards) {
      const concerned = delivered.filter(afterwards.concerns);
      await attempt(recordsOf(concerned), () => afterwards.run(concerned));
    }
    return outcome;
  };
}

const recordsOf = (rows: readonly ChangedRow[]): StreamRecord[] =>
  rows.flatMap(({ updates }) => updates.map(({ part }) => part.record));
