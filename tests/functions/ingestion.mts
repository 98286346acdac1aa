/** When the records arrived on the stream, in seconds. */
export const arrival = 1_732_406_400;

/** Sets what the component gives the consumer in its environment. */
export function setConsumerEnvironment(): void {
  Object.assign(process.env, {
    TRACKING_ID: "tracking-1",
    TRACKER_ARN: "arn:tracker",
    EVENT_TYPES: '["DetailView"]',
    QUARANTINE_BUCKET: "quarantine",
    ITEMS_DATASET_ARN: "arn:items",
    DATA_BUCKET: "data",
    CATALOGUE: "catalogue/items.jsonl",
    ITEMS_SCHEMA: "schemas/items.json",
    CHANGED_ITEMS: "items/",
    FALLBACK_KEY: "fallback/popular.json",
    STACK: "test",
  });
}

/** A record of the stream; a text is its data as it is. */
export const createRecord = (position: number, content: unknown) => ({
  eventID: `shardId-0:${position}`,
  kinesis: {
    data: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)).toString("base64"),
    sequenceNumber: String(position),
    approximateArrivalTimestamp: arrival,
  },
});
