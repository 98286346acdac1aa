import { Kinesis } from "@aws-sdk/client-kinesis";
import { expect, test } from "vitest";
import { click, readTimeline, type VisitorContext } from "../../../demo/console/visitors.ts";
import type { Calls } from "../../../local/console/server/caller.ts";
import { openAccount } from "../../../local/tests/support/account.mts";
import { sdk } from "../../../local/tests/support/aws.ts";

const StreamName = "events";
const account = await openAccount({ speed: 600 });
const kinesis = new Kinesis(sdk(account));
await kinesis.createStream({ StreamName, ShardCount: 1 });
await account.clock.advance(60_000);

/** The event that a click on an item puts on the stream. */
async function clickOn(itemId: string): Promise<unknown> {
  const act = ((_service: string, _operation: string, input: Parameters<Kinesis["putRecord"]>[0]) =>
    kinesis.putRecord(input)) as unknown as Calls;
  const context = { stack: { streamName: StreamName }, act } as unknown as VisitorContext;
  await click(context, { sessionId: "s-1", itemId, eventType: "DetailView" });
  const { ShardIterator } = await kinesis.getShardIterator({
    StreamName,
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
  });
  const { Records = [] } = await kinesis.getRecords({ ShardIterator });
  return JSON.parse(Buffer.from(Records.at(-1)?.Data ?? []).toString("utf8"));
}

test("a click on a pet sends the attributes of its group", async () => {
  expect(await clickOn("2-Shar-Pei-3-2")).toEqual({
    sessionId: "s-1",
    eventType: "DetailView",
    animalMetadata: {
      animal_species_id: "2",
      animal_primary_breed_id: "Shar-Pei",
      animal_size_id: "3",
      animal_age_id: "2",
    },
  });
});

test.each(["sku-1", "9b2e4c1a-0c1d-4b52-8f3e-6a7b8c9d0e1f"])(
  "a click on the item %s of another catalogue sends its id",
  async (itemId) => {
    expect(await clickOn(itemId)).toEqual({ sessionId: "s-1", eventType: "DetailView", itemId });
  },
);

test("an event that came from the stream and was imported by a rebuild is shown once", () => {
  const event = { itemId: "i-1", eventType: "DetailView", time: 1_767_225_600_000, context: {} };
  const events = [
    { ...event, source: "streamed" },
    { ...event, source: "imported" },
    { ...event, source: "imported", time: 0 },
  ];
  const inspection = { events: () => events, item: () => ({}) };
  const context = { stack: {}, inspection } as unknown as VisitorContext;
  expect(readTimeline(context, "u-1").map(({ source, time }) => [source, time])).toEqual([
    ["streamed", event.time],
    ["imported", 0],
  ]);
});
