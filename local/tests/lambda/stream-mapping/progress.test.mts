import fc from "fast-check";
import { expect, test } from "vitest";
import { type Batch, judge, type StreamRecord } from "../../../account/services/lambda/event-source/batch.ts";
import { createProgress } from "../../../account/services/lambda/event-source/progress.ts";

test("a checkpoint never passes an unfinished record, for any order in which batches finish", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(
        Array.from({ length: 30 }, (_, i) => i),
        { minLength: 30 },
      ),
      (order) => {
        const records = order.map((_, i) => ({ sequenceNumber: String(i), partitionKey: "", arrival: 0, json: "" }));
        let checkpoint = -1;
        const progress = createProgress((sequenceNumber) => {
          checkpoint = Number(sequenceNumber);
        });
        progress.started(records);
        const done = new Set<number>();
        for (const i of order) {
          progress.finished(records.filter((_, at) => at === i));
          done.add(i);
          const firstOpen = records.findIndex((_, at) => !done.has(at));
          expect(checkpoint).toBe(firstOpen === -1 ? 29 : firstOpen - 1);
        }
      },
    ),
  );
});

test("with any failures, no record is lost or delivered after its checkpoint, and the order is kept", () => {
  const record = (id: number): StreamRecord => ({
    sequenceNumber: String(id),
    partitionKey: "",
    arrival: 0,
    json: "{}",
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 4 }),
      fc.infiniteStream(fc.nat()),
      (size, bisect, maximumRetryAttempts, chance) => {
        const finished: number[] = [];
        const take = (records: readonly StreamRecord[]) =>
          finished.push(...records.map((r) => Number(r.sequenceNumber)));
        let work: Batch[] = [
          { records: Array.from({ length: size }, (_, i) => record(i)), attempts: 0, invocations: 0 },
        ];
        for (let batch = work.shift(); batch; batch = work.shift()) {
          expect(Number(batch.records[0]?.sequenceNumber)).toBe(finished.length);
          const failedAt = (chance.next().value ?? 0) % (batch.records.length + 1);
          const verdict = judge(batch, failedAt, { bisect, maximumRetryAttempts });
          take(verdict.done);
          take(verdict.dropped?.records ?? []);
          work = [...verdict.next, ...work];
        }
        expect(finished).toEqual(Array.from({ length: size }, (_, i) => i));
      },
    ),
  );
});
