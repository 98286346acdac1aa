// The objects of a world's buckets, and the records that arrived on its stream.
import { gzipSync } from "node:zlib";
import { toHourFolder } from "../../../../cli/archive/objects.ts";
import { toRowKey } from "../../../../functions/ingestion/updates/changed-rows.ts";
import { linesKey, schemaKey, seedKey } from "../../../../names/layout.ts";
import { hour, visitor, type World, type WorldEvent } from "./world.mts";

export interface Stored {
  readonly bucket: string;
  readonly key: string;
  readonly body: Buffer;
  readonly modified: Date;
  readonly isUnreadable?: boolean;
}

const minute = 60_000;

export const toRecord = ({ of, item, type, arrivedAt }: WorldEvent): string =>
  JSON.stringify({
    userId: of,
    sessionId: `session of ${of}`,
    eventType: type,
    itemId: item,
    timestamp: arrivedAt.getTime() / 1000,
  });
const toRefusedUpdate = (item: string) => JSON.stringify({ itemUpdate: { itemId: item, columns: { NO_SUCH: 1 } } });

const schema = (...names: readonly string[]) =>
  JSON.stringify({ fields: names.map((name) => ({ name, type: ["string", "null"] })) });
const toLines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** The objects of the stack's buckets. */
export async function listStored(world: World): Promise<Stored[]> {
  const { born, items, user, item: asked } = world;
  const ofData = (key: string, text: string, modified = born, isUnreadable = false) => ({
    bucket: "data",
    key,
    body: Buffer.from(text),
    modified,
    isUnreadable,
  });
  const imported = items.filter(({ addedAt }) => addedAt === undefined);
  const rows = world.events
    .filter(({ fate }) => fate === "imported")
    .map(({ of, item, type }) => `${of},${item},${type},1760000000\n`);
  const changed = items
    .filter(({ addedAt }) => addedAt !== undefined)
    .map(async ({ id, columns, addedAt }) =>
      ofData(await toRowKey("items/", id), JSON.stringify({ id, columns }), addedAt, world.isRowUnreadable),
    );
  const records = listArrived(world);
  const refused = records
    .filter(({ event }) => event === undefined || event.fate === "refused")
    .map(({ text, arrivedAt }, index) => ({
      bucket: "quarantine",
      key: `quarantine/${toHourFolder(arrivedAt)}shardId-0-${index}.json`,
      body: Buffer.from(
        JSON.stringify({
          reason: "it is refused",
          shardId: "shardId-0",
          sequenceNumber: String(index),
          arrivedAt: arrivedAt.toISOString(),
          data: Buffer.from(text).toString("base64"),
        }),
      ),
      modified: arrivedAt,
      isUnreadable: world.isQuarantineUnreadable,
    }));
  return [
    ofData(schemaKey("interactions"), schema("USER_ID", "ITEM_ID", "EVENT_TYPE")),
    ofData(schemaKey("items"), schema("ITEM_ID", "KIND", "OTHER", "STATUS")),
    ofData(schemaKey("users"), schema("USER_ID", "KIND", "OTHER")),
    ofData(seedKey("interactions"), `USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\n${rows.join("")}`),
    ofData(linesKey("items"), toLines(imported), born, world.isRowUnreadable && asked !== undefined),
    ofData(linesKey("users"), toLines([{ id: visitor, columns: user }]), born, world.isUserUnreadable),
    ...(await Promise.all(changed)),
    ...refused,
    ...writeBatches(world),
    ...writeArchive(world, records),
  ];
}

interface Arrived {
  readonly text: string;
  readonly arrivedAt: Date;
  /** Undefined for an update of the item. */
  readonly event?: WorldEvent;
}

/** What arrived on the stream. */
export function listArrived({ events, item, refusedUpdateAt }: World): Arrived[] {
  const updates =
    item !== undefined && refusedUpdateAt ? [{ text: toRefusedUpdate(item), arrivedAt: refusedUpdateAt }] : [];
  const records = events.flatMap((event) =>
    event.fate === "imported" ? [] : { text: toRecord(event), arrivedAt: event.arrivedAt, event },
  );
  return [...records, ...updates].sort((one, other) => Number(one.arrivedAt) - Number(other.arrivedAt));
}

export function groupByHour<T extends { readonly arrivedAt: Date }>(all: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const each of all) {
    const start = Math.floor(each.arrivedAt.getTime() / hour) * hour;
    groups.set(start, [...(groups.get(start) ?? []), each]);
  }
  return groups;
}

/** An object of each hour, whose records arrived within five minutes. */
function writeArchive(world: World, records: readonly Arrived[]): Stored[] {
  return Array.from(groupByHour(records).values()).flatMap((ofHour) => {
    const [first] = ofHour;
    const lost = first ? world.lostOfHour(first.arrivedAt) : "deleted";
    if (!first || lost === "deleted") return [];
    const time = first.arrivedAt.toISOString().slice(0, 19).replace(/\D/g, "-");
    return {
      bucket: "archive",
      key: `events/${toHourFolder(first.arrivedAt)}archive-1-${time}-00000000-0000-0000-0000-000000000000.gz`,
      body: gzipSync(ofHour.map(({ text }) => `${text}\n`).join("")).subarray(
        0,
        lost === "unreadable" ? 12 : undefined,
      ),
      modified: new Date(first.arrivedAt.getTime() + 10 * minute),
    };
  });
}

/** The batches that the mapping gave up. */
function writeBatches({ events, isQuarantineUnreadable }: World): Stored[] {
  const givenUp = events.filter(({ fate }) => fate === "given up");
  return Array.from(groupByHour(givenUp).values(), (batch, index) => ({
    bucket: "quarantine",
    key: `aws/lambda/mapping/shardId-0/2026/${index}`,
    body: Buffer.from(
      JSON.stringify({
        requestContext: {
          functionArn: "arn:aws:lambda:r:a:function:recommender-prod-ingest-events",
          condition: "RetryAttemptsExhausted",
        },
        KinesisBatchInfo: { batchSize: batch.length },
        payload: {
          Records: batch.map((event, number) => ({
            eventID: `shardId-0:${number}`,
            kinesis: {
              data: Buffer.from(toRecord(event)).toString("base64"),
              approximateArrivalTimestamp: event.arrivedAt.getTime() / 1000,
            },
          })),
        },
      }),
    ),
    modified: new Date(Number(batch.at(-1)?.arrivedAt) + 10 * minute),
    isUnreadable: isQuarantineUnreadable,
  }));
}
