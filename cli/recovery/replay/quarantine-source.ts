import { prefixes } from "../../../contract/layout";
import { runInParallel } from "../../../functions/ingestion/visitor-groups";
import type { DeployedStack } from "../../stack/find-stack";
import { listHours, readObject, type StoredObject } from "../stored/objects";
import { readQuarantined } from "../stored/quarantined-record";
import type { StoredRecord } from "../stored/stored-event";
import { isWithin, type TimeRange } from "../stored/time-range";
import { recordsPerCall } from "./put-records";
import { moveReplayed, type ReplayGroup } from "./replay-group";

const parallelCalls = 8;

/** Yields the bad records that the consumer quarantined, whose arrival is in the range. */
export async function* readQuarantine(stack: DeployedStack, range: TimeRange): AsyncGenerator<ReplayGroup> {
  let keys: string[] = [];
  for await (const { key } of listHours(stack, stack.quarantineBucket, prefixes.quarantine, range)) {
    keys.push(key);
    if (keys.length < recordsPerCall) continue;
    yield await readGroup(stack, keys, range);
    keys = [];
  }
  if (keys.length > 0) yield await readGroup(stack, keys, range);
}

async function readGroup(stack: DeployedStack, keys: readonly string[], range: TimeRange): Promise<ReplayGroup> {
  const found = new Map<string, { readonly object: StoredObject; readonly record: StoredRecord }>();
  const unreadable: string[] = [];
  await runInParallel(keys, parallelCalls, async (key) => {
    const object = { bucket: stack.quarantineBucket, key };
    const record = readQuarantined((await readObject(stack, object)).toString("utf8"));
    if (!record) unreadable.push("object: is not a quarantined record");
    else if (isWithin(range, record.arrivedAt)) found.set(key, { object, record });
  });
  // Read in parallel: back into the order of the keys, which is that of the arrival in each shard.
  const entries = keys.flatMap((key) => found.get(key) ?? []);
  return {
    objects: entries.length + unreadable.length,
    records: entries.map(({ record }) => record),
    unreadable,
    async settle({ refused, failed }) {
      const sent = entries.filter(({ record }) => !refused.has(record.id) && !failed.has(record.id));
      await runInParallel(sent, parallelCalls, ({ object }) => moveReplayed(stack, object));
    },
  };
}
