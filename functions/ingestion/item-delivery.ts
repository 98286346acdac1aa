import { availabilityColumn, unavailableStatus } from "../support/availability";
import { lazily } from "../support/lazily";
import { describeError, log } from "../support/telemetry";
import type { StreamRecord } from "./event-record";
import { createFallbackCleaner, type FallbackCleanerSettings } from "./fallback-cleaner";
import { applyChanges, type Field, findMissing, readChanges, toProperties } from "./item-columns";
import type { ItemUpdate } from "./item-record";
import { createItemStore, type ItemStoreSettings, type StoredItem } from "./item-store";
import type { QuarantinedRecord } from "./quarantine";
import { timeouts } from "./timeouts";
import { runInParallel } from "./visitor-groups";

/** PutItems takes at most ten items (API reference, PutItems). */
const itemsPerCall = 10;
const parallelCalls = 8;

/** An item after the changes of a batch, and the records that changed it. */
interface ChangedItem extends StoredItem {
  records: StreamRecord[];
}

/** Records that can never succeed, and records that are delivered again. */
export interface UpdateOutcome {
  bad: QuarantinedRecord[];
  failed: StreamRecord[];
}

/** Creates the function that sends updates of items to the Items dataset. */
export function createItemDelivery(
  settings: Record<"ITEMS_DATASET_ARN", string> & ItemStoreSettings & FallbackCleanerSettings,
) {
  const store = createItemStore(settings);
  const removeFromFallback = createFallbackCleaner(settings);
  const events = lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize-events");
    return { sdk, client: new sdk.PersonalizeEventsClient({ requestHandler: { ...timeouts } }) };
  });

  const putItems = async (call: readonly ChangedItem[]) => {
    const { sdk, client } = await events();
    const items = call.map(({ itemId, columns }) => ({ itemId, properties: toProperties(columns) }));
    await client.send(new sdk.PutItemsCommand({ datasetArn: settings.ITEMS_DATASET_ARN, items }));
  };

  /**
   * Sends; after a refusal halves the call until the bad item is alone. A dataset that was deleted has another error
   * (ResourceNotFoundException; API reference, PutItems), which is thrown.
   */
  const deliver = async (call: readonly ChangedItem[]): Promise<QuarantinedRecord[]> => {
    try {
      await putItems(call);
    } catch (error) {
      const { error: name, reason } = describeError(error);
      if (name !== "InvalidInputException") throw error;
      const [first] = call;
      if (call.length === 1 && first)
        return first.records.map((record) => ({ record, reason: `Personalize refused the item: ${reason}` }));
      const half = Math.ceil(call.length / 2);
      return [...(await deliver(call.slice(0, half))), ...(await deliver(call.slice(half)))];
    }
    // After the service has them: what it refuses must not become the base of later changes.
    await Promise.all(call.map(({ records: _, ...item }) => store.writeItem(item)));
    await removeFromFallback(call.filter(isUnavailable).map(({ itemId }) => itemId));
    return [];
  };

  return async (updates: readonly ItemUpdate[]): Promise<UpdateOutcome> => {
    const outcome: UpdateOutcome = { bad: [], failed: [] };
    let items: ChangedItem[];
    try {
      const [fields, known] = await Promise.all([
        store.readFields(),
        store.readItems([...new Set(updates.map(({ itemId }) => itemId))]),
      ]);
      items = mergeUpdates(updates, fields, known, outcome.bad);
    } catch (error) {
      log("error", "item updates not delivered, will be retried", describeError(error));
      return { bad: [], failed: updates.map(({ record }) => record) };
    }
    const calls: ChangedItem[][] = [];
    for (let start = 0; start < items.length; start += itemsPerCall)
      calls.push(items.slice(start, start + itemsPerCall));
    await runInParallel(calls, parallelCalls, async (call) => {
      try {
        outcome.bad.push(...(await deliver(call)));
      } catch (error) {
        log("error", "item updates not delivered, will be retried", describeError(error));
        outcome.failed.push(...call.flatMap(({ records }) => records));
      }
    });
    return outcome;
  };
}

const isUnavailable = ({ columns }: StoredItem): boolean => columns[availabilityColumn] === unavailableStatus;

/** Joins the updates of each item in the order of their times; pushes the bad ones to `bad`. An outdated one has no effect. */
export function mergeUpdates(
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
    if (before?.changedAt !== undefined && Date.parse(before.changedAt) > changedAt.getTime()) continue;
    const columns = applyChanges(before?.columns ?? startItem(changedAt, fields), read.changes);
    const missing = findMissing(columns, fields);
    if (missing.length > 0) {
      const reason = `itemUpdate.columns: has no ${missing.join(", no ")}; an item that is not in the catalogue needs all of them`;
      bad.push({ record, reason });
      continue;
    }
    const records = [...(merged.get(itemId)?.records ?? []), record];
    merged.set(itemId, { itemId, columns, changedAt: changedAt.toISOString(), records });
  }
  return [...merged.values()];
}

/** The columns of a new item that are known without its producer: since when it exists. */
function startItem(changedAt: Date, fields: readonly Field[]): Record<string, number> {
  const name = "CREATION_TIMESTAMP";
  return fields.some((field) => field.name === name) ? { [name]: Math.floor(changedAt.getTime() / 1000) } : {};
}
