import type { DeployedStack } from "../../stack/find-stack";
import { listObjects } from "../../stack/objects";
import { readFailedBatch } from "../stored/failed-batch";
import { readObject } from "../stored/objects";
import { failedPrefix } from "../stored/places";
import { isWithin, type TimeRange } from "../stored/time-range";
import { keepReplayed, moveReplayed, type ReplayGroup } from "./replay-group";

/** Yields the batches that the event source mapping gave up, and whose first record's arrival is in the range. */
export async function* readFailed(stack: DeployedStack, range: TimeRange): AsyncGenerator<ReplayGroup> {
  const bucket = stack.quarantineBucket;
  for await (const { key } of listObjects(stack, bucket, failedPrefix)) {
    const object = { bucket, key };
    const batch = readFailedBatch((await readObject(stack, object)).toString("utf8"));
    if (!batch) {
      const unreadable = ["object: is not a batch of the event source mapping"];
      yield { objects: 1, records: [], unreadable, settle: async () => {} };
      continue;
    }
    const { records } = batch;
    if (records[0] && !isWithin(range, records[0].arrivedAt)) continue;
    yield {
      objects: 1,
      records,
      async settle({ refused, failed }) {
        const isUnsent = ({ id }: { id: string }) => refused.has(id) || failed.has(id);
        const unsent = records.filter(isUnsent).length;
        if (unsent === 0) return moveReplayed(stack, object);
        if (unsent === records.length) return;
        // The batch stays, with the records that could not be sent.
        await keepReplayed(stack, object);
        const content = { Body: batch.withOnly(isUnsent), ContentType: "application/json" };
        await stack.call("s3", "PutObject", { Bucket: bucket, Key: key, ...content });
      },
    };
  }
}
