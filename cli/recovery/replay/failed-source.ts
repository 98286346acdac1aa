import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { readFailedBatch } from "../stored/failed-batch";
import { listObjects, readObject, type StoredObject } from "../stored/objects";
import { failedPrefix } from "../stored/places";
import { isWithin, type TimeRange } from "../stored/time-range";
import { keepReplayed, moveReplayed } from "./move-object";
import type { ReplayGroup, ReplaySource, Unsent } from "./replay-source";

/** The batches that the event source mapping gave up, and whose first record's arrival is in the range. */
export function createFailedSource(client: S3Client, bucket: string, range: TimeRange): ReplaySource {
  return {
    async *groups() {
      for await (const object of listObjects(client, bucket, failedPrefix)) {
        const group = await readGroup(client, object, range);
        if (group) yield group;
      }
    },
  };
}

async function readGroup(client: S3Client, object: StoredObject, range: TimeRange): Promise<ReplayGroup | undefined> {
  const batch = readFailedBatch((await readObject(client, object)).toString("utf8"));
  if (!batch) {
    const unreadable = ["object: is not a batch of the event source mapping"];
    return { objects: 1, records: [], unreadable, settle: async () => {} };
  }
  const [first] = batch.records;
  if (first && !isWithin(range, first.arrivedAt)) return undefined;
  return {
    objects: 1,
    records: batch.records,
    async settle({ refused, failed }: Unsent) {
      const isUnsent = ({ id }: { id: string }) => refused.has(id) || failed.has(id);
      const unsent = batch.records.filter(isUnsent).length;
      if (unsent === 0) return moveReplayed(client, object);
      if (unsent === batch.records.length) return;
      // The batch stays, with the records that could not be sent.
      await keepReplayed(client, object);
      const { bucket, key } = object;
      const Body = batch.withOnly(isUnsent);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: "application/json" }));
    },
  };
}
