import { runInParallel } from "../../support/run-in-parallel";
import { describeError, log } from "../../support/telemetry";
import type { Outcome } from "../batch-end";
import type { RefusedPart } from "../quarantine";
import type { StreamRecord } from "../record";
import type { StoredRow } from "./changed-rows";
import { type ChangedRow, type MergedRows, mergeUpdates } from "./merge-updates";
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
  const prepare = async (updates: readonly RowUpdate[]) => {
    const ids = [...new Set(updates.map(({ id }) => id))];
    const [fields, known] = await Promise.all([store.readFields(), store.readRows(ids)]);
    const { rows, bad } = mergeUpdates(kind, updates, fields, known);
    const isSame = ({ id, columns, isInDoubt }: ChangedRow) =>
      !isInDoubt && !unanswered.has(id) && haveSameValues(columns, known.get(id)?.columns);
    const same = rows.filter(isSame);
    const isLater = ({ id, changedAt }: ChangedRow) => known.get(id)?.changedAt !== changedAt;
    return { fields, known, bad, changed: rows.filter((row) => !isSame(row)), same, later: same.filter(isLater) };
  };
  type Base = Pick<Awaited<ReturnType<typeof prepare>>, "fields" | "known">;

  // Four functions that call each other: declarations, because Pulumi stores no closure that uses a
  // constant before its line.

  /**
   * Sends rows, and remembers them when the service has taken them. Returns the rows as they are
   * then, and the updates that the service refuses.
   */
  async function deliver(rows: readonly ChangedRow[], base: Base, conflicts = 0): Promise<MergedRows> {
    const reason = await send(rows);
    if (reason !== undefined) return sendHalved(updatesOf(rows), reason, base);
    // After the service has them: what it refuses must not become the base of later changes.
    const changedByOthers = await writeRows(rows);
    const stored = rows.filter((row) => !changedByOthers.includes(row));
    for (const row of stored) base.known.set(row.id, row);
    if (changedByOthers.length === 0) return { rows: stored, bad: [] };
    if (conflicts === mostConflicts) throw new Error(`Rows were changed by others ${mostConflicts} times in a row.`);
    return join([{ rows: stored, bad: [] }, await settleConflicts(changedByOthers, base, conflicts + 1)]);
  }

  /**
   * Halves updates that the service refused until the bad one is alone: the others must arrive,
   * also those of the same row.
   */
  async function sendHalved(updates: readonly RowUpdate[], reason: string, base: Base): Promise<MergedRows> {
    if (updates.length === 1) return { rows: [], bad: updates.map(({ part }) => ({ part, reason })) };
    const half = Math.ceil(updates.length / 2);
    const first = await mergeAndDeliver(updates.slice(0, half), base);
    return join([first, await mergeAndDeliver(updates.slice(half), base)]);
  }

  /**
   * Applies the updates of rows that another instance has stored meanwhile to these: whichever of
   * the two was sent last, Personalize must have what is stored in the end.
   */
  async function settleConflicts(rows: readonly ChangedRow[], base: Base, conflicts: number): Promise<MergedRows> {
    for (const { id } of rows) {
      const found = await store.findRow(id);
      if (found) base.known.set(id, found);
    }
    return mergeAndDeliver(updatesOf(rows), base, conflicts);
  }

  async function mergeAndDeliver(updates: readonly RowUpdate[], base: Base, conflicts = 0): Promise<MergedRows> {
    const { rows, bad } = mergeUpdates(kind, updates, base.fields, base.known);
    const delivered = rows.length > 0 ? await deliver(rows, base, conflicts) : { rows, bad: [] };
    return join([{ rows: [], bad }, delivered]);
  }

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
    const prepared = await attempt(recordsOfUpdates, () => prepare(updates));
    if (!prepared) return outcome;
    outcome.bad.push(...prepared.bad);
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
      const sent = await attempt(recordsOf(changed.slice(start)), () => deliver(call, prepared));
      if (!sent) break;
      outcome.bad.push(...sent.bad);
      delivered.push(...sent.rows);
    }
    // Once for the whole batch: conditional writes at the same time refuse each other.
    if (afterwards) {
      const concerned = delivered.filter(afterwards.concerns);
      await attempt(recordsOf(concerned), () => afterwards.run(concerned));
    }
    return outcome;
  };
}

const updatesOf = (rows: readonly ChangedRow[]): RowUpdate[] => rows.flatMap(({ updates }) => updates);

/** Joins what was merged: the later of two states of a row counts. */
function join(parts: readonly MergedRows[]): MergedRows {
  const rows = new Map(parts.flatMap((part) => part.rows.map((row) => [row.id, row] as const)));
  return { rows: [...rows.values()], bad: parts.flatMap(({ bad }) => bad) };
}

const recordsOf = (rows: readonly ChangedRow[]): StreamRecord[] =>
  rows.flatMap(({ updates }) => updates.map(({ part }) => part.record));
