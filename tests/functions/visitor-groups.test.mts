import fc from "fast-check";
import { expect, test } from "vitest";
import type { Interaction } from "../../functions/ingestion/events/event-record.ts";
import { groupByVisitor } from "../../functions/ingestion/events/visitor-groups.ts";
import { runInParallel } from "../../functions/support/run-in-parallel.ts";

const interaction = (position: number, sessionId: string, userId?: string): Interaction => ({
  part: {
    record: {
      eventID: `shard:${position}`,
      kinesis: { data: "", sequenceNumber: String(position), approximateArrivalTimestamp: 0 },
    },
    numbers: [1],
    bytes: Buffer.alloc(0),
    isAlone: true,
  },
  userId,
  sessionId,
  event: { eventId: String(position), sentAt: new Date(0), eventType: "DetailView", itemId: "2-Pug-1-4" },
});

const interactions = fc
  .array(fc.tuple(fc.constantFrom("s1", "s2", "s3"), fc.constantFrom(undefined, "u1", "u2")), { maxLength: 60 })
  .map((visitors) => visitors.map(([session, user], position) => interaction(position, session, user)));

test("every event is in exactly one call", () => {
  fc.assert(
    fc.property(interactions, (all) => {
      const sent = groupByVisitor(all).flat(2);
      expect(new Set(sent)).toEqual(new Set(all));
      expect(sent).toHaveLength(all.length);
    }),
  );
});

test("a visitor's events keep their order, within a call and from call to call", () => {
  fc.assert(
    fc.property(interactions, (all) => {
      for (const calls of groupByVisitor(all)) {
        const positions = calls.flat().map(({ event }) => Number(event.eventId));
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
      }
    }),
  );
});

test("work runs in parallel up to the limit, and all of it is done", async () => {
  const done: number[] = [];
  let running = 0;
  let widest = 0;
  await runInParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    widest = Math.max(widest, ++running);
    await new Promise(setImmediate);
    running -= 1;
    done.push(item);
  });
  expect(widest).toBe(3);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
