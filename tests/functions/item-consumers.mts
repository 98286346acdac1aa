import { ingestEventsFactory } from "../../functions/ingest-events.ts";
import type { StreamRecord } from "../../functions/ingestion/record.ts";
import type { Time } from "../../functions/ingestion/updates/pace.ts";
import { updateItemsFactory } from "../../functions/update-items.ts";
import { updateUsersFactory } from "../../functions/update-users.ts";
import { createRecord, setConsumerEnvironment } from "./ingestion.mts";
import { type Scripted, type ScriptedEndpoint, type Seen, startScriptedEndpoint } from "./scripted-endpoint.mts";

export const fields = [
  { name: "ITEM_ID", type: "string" },
  { name: "BREED", type: "string" },
  { name: "ITEM_VALUE", type: "float" },
  { name: "CREATION_TIMESTAMP", type: "long" },
  { name: "STATUS", type: ["null", "string"] },
  { name: "NOTE", type: ["null", "string"] },
];
const file = [
  ["2-Pug-1-4", { BREED: "Pug, small", ITEM_VALUE: 0.5, CREATION_TIMESTAMP: 1_700_000_000, STATUS: "available" }],
  ["2-Boxer-3-2", { BREED: "Boxer", ITEM_VALUE: 1, CREATION_TIMESTAMP: 1_700_000_001 }],
  ...Array.from({ length: 25 }, (_, i) => [
    `item-${i}`,
    { BREED: "B", ITEM_VALUE: 1, CREATION_TIMESTAMP: 1_700_000_002 },
  ]),
]
  .map(([id, columns]) => JSON.stringify({ id, columns }))
  .join("\n");
const noSuchKey = { status: 404, text: "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>" };
const popular = { text: '{"items":["2-Pug-1-4","2-Boxer-3-2"]}' };

interface Options {
  /** Gets the kept objects, too. */
  answer?: (seen: Seen, kept: Map<string, string>) => Scripted | undefined;
  schema?: unknown;
  time?: Time;
}

/**
 * The consumers of the stream on a bucket with the items above; each gets every record. `answer`
 * may answer first. Objects below `items/` and `users/` are kept.
 */
export async function consumer({ answer = () => undefined, schema = { fields }, time }: Options = {}) {
  const kept = new Map<string, string>();
  const endpoint = await startScriptedEndpoint((seen) => {
    const scripted = answer(seen, kept);
    if (scripted) return scripted;
    const { operation, headers, body } = seen;
    const key = operation.replace(/^(GET|PUT) /, "");
    const etag = kept.has(key) ? `"${kept.get(key)?.length}"` : undefined;
    if (/^PUT \/data\/(items|users)\//.test(operation)) {
      // S3 guide, "Conditional writes".
      const isOutdated = headers["if-none-match"] === "*" ? etag !== undefined : headers["if-match"] !== etag;
      if (isOutdated) return { status: 412, text: "<Error><Code>PreconditionFailed</Code></Error>" };
      kept.set(key, JSON.stringify(body));
      return { text: "", etag: `"${kept.get(key)?.length}"` };
    }
    if (/^GET \/data\/(items|users)\//.test(operation)) {
      return etag === undefined ? noSuchKey : { text: kept.get(key) ?? "", etag };
    }
    if (operation === "GET /data/schemas/items.json") return { text: JSON.stringify(schema) };
    if (operation === "GET /data/catalogue/items.jsonl") return { text: file };
    return operation === "GET /data/fallback/popular.json" ? popular : {};
  });
  setConsumerEnvironment();
  const others = [ingestEventsFactory(), updateItemsFactory(time)];
  setConsumerEnvironment("users");
  const handlers = [...others, updateUsersFactory(time)];
  const handle = async (batch: { Records: StreamRecord[] }) => {
    const failures: { itemIdentifier: string }[] = [];
    for (const each of handlers) failures.push(...(await each(batch)).batchItemFailures);
    return { batchItemFailures: failures };
  };
  /** Sends records with these contents, in the places 1, 2, … */
  const send = (...contents: unknown[]) =>
    handle({ Records: contents.map((content, index) => createRecord(index + 1, content)) });
  return { handle, send, handlers, endpoint, kept };
}

export const update = (itemUpdate: object, more: object = {}) => ({ itemUpdate, ...more });
/** Updates that make items of the catalogue available, from one number on. */
export const updates = (count: number, start = 0) =>
  Array.from({ length: count }, (_, i) => update({ itemId: `item-${start + i}`, available: true }));
export const pug = {
  animal_species_id: 2,
  animal_primary_breed_id: "Pug",
  animal_size_id: 1,
  animal_age_id: 4,
};

export interface PutItems {
  datasetArn: string;
  items: { itemId: string; properties: string }[];
}
export const calls = (seen: ScriptedEndpoint) => seen.of("POST /items").map(({ body }) => body as PutItems);
export const itemsOf = (seen: ScriptedEndpoint) =>
  calls(seen)
    .flatMap(({ items }) => items)
    .map(({ itemId, properties }) => [itemId, JSON.parse(properties)]);
export const reasons = (seen: ScriptedEndpoint) =>
  seen.of("PUT /quarantine/").map(({ body }) => (body as { reason: string }).reason);
