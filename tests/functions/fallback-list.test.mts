import { describe, expect, test, vi } from "vitest";
import { calls, consumer, update } from "./item-consumers.mts";

describe("the fallback list", () => {
  const putList = "PUT /data/fallback/popular.json";

  test("is not written when the item is not in it, or is available", async () => {
    const { send, endpoint } = await consumer();
    await send(update({ itemId: "item-1", available: false }), update({ itemId: "2-Pug-1-4", available: true }));
    expect(endpoint.of(putList)).toEqual([]);
  });

  test("is read again when another writer has changed it", async () => {
    let refused = 0;
    const { send, endpoint } = await consumer({
      answer: ({ operation }) => {
        if (operation !== putList || refused > 0) return undefined;
        refused++;
        return { status: 412, text: "<Error><Code>PreconditionFailed</Code><Message>changed</Message></Error>" };
      },
    });
    const record = update({ itemId: "2-Pug-1-4", available: false });
    expect(await send(record)).toEqual({ batchItemFailures: [] });
    expect(endpoint.of("GET /data/fallback/")).toHaveLength(2);
    expect(endpoint.of(putList)).toHaveLength(2);
  });

  test("loses an item whose removal failed when the update is delivered again, without a second request", async () => {
    let failures = 0;
    const { send, endpoint } = await consumer({
      answer: ({ operation }) =>
        operation === putList && failures++ === 0 ? { error: "SlowDown", status: 503 } : undefined,
    });
    const record = update({ itemId: "2-Pug-1-4", available: false });
    expect(await send(record)).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
    expect(await send(record)).toEqual({ batchItemFailures: [] });
    expect([calls(endpoint).length, endpoint.of(putList).length]).toEqual([1, 2]);
  });

  // S3's two answers to a conditional write that came too late (S3 guide, "Conditional writes").
  test.each([
    [409, "ConditionalRequestConflict"],
    [412, "PreconditionFailed"],
  ])("waits a random time before each attempt after %i %s, longer each time, and gives up", async (status, code) => {
    const pauses: number[] = [];
    const sleep = async (milliseconds: number) => void pauses.push(milliseconds);
    const { send, endpoint } = await consumer({
      time: { now: () => 0, sleep },
      answer: ({ operation }) =>
        operation === putList ? { status, text: `<Error><Code>${code}</Code></Error>` } : undefined,
    });
    vi.mocked(Math.random).mockReturnValue(0.5);
    const record = update({ itemId: "2-Pug-1-4", available: false });
    expect(await send(record)).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
    expect(endpoint.of(putList)).toHaveLength(5);
    // The last is the pace of PutItems.
    expect(pauses).toEqual([100, 200, 400, 800, 1]);
  });
});
