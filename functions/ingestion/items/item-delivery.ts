import { runInParallel } from "../../support/run-in-parallel";
import { describeError, log } from "../../support/telemetry";
import type { Outcome } from "../batch-end";
import { type Field, findField } from "../columns";
import type { QuarantinedRecord } from "../quarantine";
import type { StreamRecord } from "../stream-record";
import { isUnavailable, type StoredItem } from "./changed-items";
import { createFallbackCleaner, type FallbackCleanerSettings } from "./fallback-cleaner";
import { applyChanges, findMissing, haveSameValues, readChanges } from "./item-columns";
import type { ItemUpdate } from "./item-record";
import { type ChangedItem, createItemSender, itemsPerCall } from "./item-sender";
import { createItemStore, type ItemStoreSettings } from "./item-store";
import type { Pace, Time } from "./pace";

/** Writes to S3 at a time. */
const parallelWrites = 10;

/** The most times that an item is sent again because another instance has stored it meanwhile. */
const mostConflicts = 5;

/**
 * Creates the function that brings updates of items to the Items dataset, at the pace of its
 * requests.
 */
export function createItemDelivery(
  settings: Record<"ITEMS_DATASET_ARN", string> & ItemStoreSettings & FallbackCleanerSettings,
  pace: Pick<Pace, "turn">,
  time: Time,
) {
  const store = createItemStore(settings);
  const removeFromFallback = createFallbackCleaner(settings, time);
  const send = createItemSender(settings.ITEMS_DATASET_ARN, pace);

  /** Returns the items that another instance has written since they were read. */
  const writeItems = async (items: readonly ChangedItem[]): Promise<ChangedItem[]> => {
    const conflicts: ChangedItem[] = [];
    await runInParallel(items, parallelWrites, async (item) => {
      const { updates: _, isInDoubt: _inDoubt, ...stored } = item;
      if (!(await store.writeItem(stored))) conflicts.push(item);
    });
    return conflicts;
  };

  /**
   * Joins the updates with what is known about their items, and parts the items that change from
   * the others.
   */
  const prepare = async (updates: readonly ItemUpdate[], bad: QuarantinedRecord[]) => {
    const itemIds = [...new Set(updates.map(({ itemId }) => itemId))];
    const [fields, known] = await Promise.all([store.readFields(), store.readItems(itemIds)]);
    const items = mergeUpdates(updates, fields, known, bad);
    const isSame = ({ itemId, columns, isInDoubt }: ChangedItem) =>
      !isInDoubt && haveSameValues(columns, known.get(itemId)?.columns);
    const same = items.filter(isSame);
    const isLater = ({ itemId, changedAt }: ChangedItem) => known.get(itemId)?.changedAt !== changedAt;
    return { fields, known, changed: items.filter((item) => !isSame(item)), same, later: same.filter(isLater) };
  };

  /**
   * Sends items, and remembers them when the service has taken them. After a refusal halves the
   * updates until the bad one is alone: the others must arrive, also those of the same item.
   * Returns the items as they are then.
   */
  const deliver = async (
    items: readonly ChangedItem[],
    prepared: Pick<Awaited<ReturnType<typeof prepare>>, "fields" | "known">,
    bad: QuarantinedRecord[],
    conflicts = 0,
  ): Promise<ChangedItem[]> => {
    const { fields, known } = prepared;
    const reason = await send(items);
    if (reason === undefined) {
      // After the service has them: what it refuses must not become the base of later changes.
      const changedByOthers = await writeItems(items);
      const stored = items.filter((item) => !changedByOthers.includes(item));
      for (const item of stored) known.set(item.itemId, item);
      if (changedByOthers.length === 0) return stored;
      if (conflicts === mostConflicts) throw new Error(`Items were changed by others ${mostConflicts} times in a row.`);
      // Whichever of the two was sent last, Personalize must have what is stored in the end.
      for (const { itemId } of changedByOthers) {
        const found = await store.findItem(itemId);
        if (found) known.set(itemId, found);
      }
      const again = mergeUpdates(
        changedByOthers.flatMap((item) => item.updates),
        fields,
        known,
        bad,
      );
      return [...stored, ...(await deliver(again, prepared, bad, conflicts + 1))];
    }
    const updates = items.flatMap((item) => item.updates);
    if (updates.length === 1) {
      bad.push(...updates.map(({ record }) => ({ record, reason })));
      return [];
    }
    const delivered = new Map<string, ChangedItem>();
    const half = Math.ceil(updates.length / 2);
    for (const part of [updates.slice(0, half), updates.slice(half)]) {
      const merged = mergeUpdates(part, fields, known, bad);
      const after = merged.length > 0 ? await deliver(merged, prepared, bad) : [];
      for (const item of after) delivered.set(item.itemId, item);
    }
    return [...delivered.values()];
  };

  return async (updates: readonly ItemUpdate[]): Promise<Outcome> => {
    const outcome = { bad: [] as QuarantinedRecord[], failed: [] as StreamRecord[] };
    /** Runs a step; after a failure the records are delivered again. */
    const attempt = async <T>(records: readonly StreamRecord[], step: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await step();
      } catch (error) {
        log("error", "item updates not delivered, will be retried", describeError(error));
        outcome.failed.push(...records);
        return undefined;
      }
    };

    const recordsOfUpdates = updates.map(({ record }) => record);
    const prepared = await attempt(recordsOfUpdates, () => prepare(updates, outcome.bad));
    if (!prepared) return { bad: [], failed: recordsOfUpdates };
    const { changed, same, later } = prepared;
    // Personalize has them already, but their times count: an older update that arrives after them
    // must have no effect.
    await attempt(recordsOf(later), async () => {
      if ((await writeItems(later)).length > 0) throw new Error("Another instance has changed an item meanwhile.");
    });
    const delivered = [...same];
    for (let start = 0; start < changed.length; start += itemsPerCall) {
      const call = changed.slice(start, start + itemsPerCall);
      // After a failure nothing more is sent: a service that throttles or fails gets no further
      // requests from this batch.
      const sent = await attempt(recordsOf(changed.slice(start)), () => deliver(call, prepared, outcome.bad));
      if (!sent) break;
      delivered.push(...sent);
    }
    // Once for the whole batch: conditional writes at the same time refuse each other.
    const unavailable = delivered.filter(isUnavailable);
    await attempt(recordsOf(unavailable), () => removeFromFallback(unavailable.map(({ itemId }) => itemId)));
    return outcome;
  };
}

const recordsOf = (items: readonly ChangedItem[]): StreamRecord[] =>
  items.flatMap(({ updates }) => updates.map(({ record }) => record));

/**
 * Joins the updates of each item in the order of their times; pushes the bad ones to `bad`. An
 * outdated one changes nothing, and its item is in doubt.
 */
function mergeUpdates(
  updates: readonly ItemUpdate[],
  fields: readonly Field[],
  known: ReadonlyMap<string, StoredItem>,
  bad: QuarantinedRecord[],
): ChangedItem[] {
  const merged = new Map<string, ChangedItem>();
  const inOrder = [...updates].sort((a, b) => a.changedAt.getTime() - b.changedAt.getTime());
  for (const update of inOrder) {
    const { record, itemId, changedAt } = update;
    const read = readChanges(update, fields);
    if ("reason" in read) {
      bad.push({ record, reason: read.reason });
      continue;
    }
    const before = merged.get(itemId) ?? known.get(itemId);
    const { updates: earlier = [], isInDoubt = false } = merged.get(itemId) ?? {};
    if (before?.changedAt !== undefined && Date.parse(before.changedAt) > changedAt.getTime()) {
      merged.set(itemId, { ...before, updates: [...earlier, update], isInDoubt: true });
      continue;
    }
    const columns = applyChanges(before?.columns ?? startItem(changedAt, fields), read.changes);
    const missing = findMissing(columns, fields);
    if (missing.length > 0) {
      const reason = `itemUpdate.columns: has no ${missing.join(", no ")}; an item that is not in the catalogue needs all of them`;
      bad.push({ record, reason });
      continue;
    }
    const after = { itemId, columns, changedAt: changedAt.toISOString() };
    merged.set(itemId, { ...after, updates: [...earlier, update], isInDoubt });
  }
  return [...merged.values()];
}

/** The columns of a new item that are known without its producer: since when it exists. */
function startItem(changedAt: Date, fields: readonly Field[]): Record<string, number> {
  const field = findField(fields, "CREATION_TIMESTAMP");
  return field ? { [field.name]: Math.floor(changedAt.getTime() / 1000) } : {};
}
