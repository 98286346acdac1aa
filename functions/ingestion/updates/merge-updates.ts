import { type Field, findField } from "../../../values/columns";
import type { RefusedPart } from "../quarantine";
import type { StoredRow } from "./changed-rows";
import { applyChanges, findMissing, readChanges } from "./row-columns";
import type { RowKind } from "./row-kind";
import type { RowUpdate } from "./row-update";

/** A row after the changes of a batch, and the updates that changed it. */
export interface ChangedRow extends StoredRow {
  updates: RowUpdate[];
  /**
   * Personalize may have another state of the row: one of the updates is older than what is
   * stored. It may have been sent after what is stored was, by an instance that then could not
   * store it.
   */
  isInDoubt: boolean;
}

/** Rows, and the updates that can never be applied. */
export interface MergedRows {
  readonly rows: readonly ChangedRow[];
  readonly bad: readonly RefusedPart[];
}

/**
 * Joins the updates of each row in the order of their times. An outdated one changes nothing, and
 * its row is in doubt.
 */
export function mergeUpdates(
  kind: RowKind,
  updates: readonly RowUpdate[],
  fields: readonly Field[],
  known: ReadonlyMap<string, StoredRow>,
): MergedRows {
  const bad: RefusedPart[] = [];
  const merged = new Map<string, ChangedRow>();
  const inOrder = [...updates].sort((a, b) => a.changedAt.getTime() - b.changedAt.getTime());
  for (const update of inOrder) {
    const { part, id, changedAt } = update;
    const read = readChanges(update, fields, kind);
    if ("reason" in read) {
      bad.push({ part, reason: read.reason });
      continue;
    }
    const before = merged.get(id) ?? known.get(id);
    const { updates: earlier = [], isInDoubt = false } = merged.get(id) ?? {};
    if (before?.changedAt !== undefined && Date.parse(before.changedAt) > changedAt.getTime()) {
      merged.set(id, { ...before, updates: [...earlier, update], isInDoubt: true });
      continue;
    }
    const columns = applyChanges(before?.columns ?? startRow(kind, changedAt, fields), read.changes);
    const missing = findMissing(columns, fields, kind);
    if (missing.length > 0) {
      const which = `${kind.word === "item" ? "an item" : "a user"} that is not in ${kind.source}`;
      const reason = `${kind.update}.${kind.values}: has no ${missing.join(", no ")}; ${which} needs all of them`;
      bad.push({ part, reason });
      continue;
    }
    const after = { id, columns, changedAt: changedAt.toISOString() };
    merged.set(id, { ...after, updates: [...earlier, update], isInDoubt });
  }
  return { rows: [...merged.values()], bad };
}

/** The columns of a new row that are known without its producer: since when an item exists. */
function startRow({ word }: RowKind, changedAt: Date, fields: readonly Field[]): Record<string, number> {
  const field = word === "item" ? findField(fields, "CREATION_TIMESTAMP") : undefined;
  return field ? { [field.name]: Math.floor(changedAt.getTime() / 1000) } : {};
}
