// What arrived on a stream of an account in this process, against the objects of its archive.
import { gzipSync } from "node:zlib";
import { beforeEach, expect, test } from "vitest";
import { readArchivedHours } from "../../../cli/archive/archived-hours.ts";
import { findStack } from "../../../cli/stack/stack.ts";
import { metricNamespace } from "../../../names/layout.ts";
import { archiveKey, stack, useRecoveryStage } from "../recovery/recovery-stage.mts";

const hour = 3_600_000;
const stage = await useRecoveryStage();
const { clock } = stage.account;
const visit = (id: string) => JSON.stringify({ sessionId: id });

let from: Date;
beforeEach(async () => {
  await stage.empty("archive");
  // What the test before has put does not count.
  await clock.advance(2 * hour);
  from = new Date(clock.now());
});

/** Puts records on the stream, and writes these lines as the object that Firehose would write. */
async function receive(records: readonly string[], lines = records): Promise<string> {
  const Records = records.map((text) => ({ PartitionKey: "p", Data: Buffer.from(text) }));
  await stage.clients.kinesis.putRecords({ StreamName: "events", Records });
  const key = archiveKey(clock.now());
  await stage.write("archive", key, lines.map((line) => `${line}\n`).join(""));
  await clock.advance(hour);
  return key;
}
const read = async () => readArchivedHours(await findStack(stack), { from, to: new Date(clock.now()) });

test("an archive with all that arrived is whole, and says how much was read", async () => {
  await receive([visit("a"), visit("b")]);
  await receive([visit("c")]);
  const whole = await read();
  expect(whole).toMatchObject({ arrived: 3, archived: 3, objects: 2, unreadable: [], unknown: [] });
  expect(whole.reason).toBeUndefined();
});

test("one that lacks an object names the hours, and the sums", async () => {
  const gone = await receive([visit("a"), visit("b")]);
  await receive([visit("c")]);
  await stage.empty("archive", gone);
  const { unknown, reason } = await read();
  expect(unknown).toMatchObject([{ arrived: 2, archived: 0 }]);
  expect(reason).toMatch(/^from \S+Z to \S+Z 2 records arrived, and the archive has 0 of that time$/);
});

test("one with an object that cannot be read is not whole, and names it", async () => {
  const key = await receive([visit("a")]);
  await stage.s3.putObject({ Bucket: "archive", Key: key, Body: gzipSync(visit("a")).subarray(0, 12) });
  const { unreadable, reason } = await read();
  expect(unreadable).toEqual([expect.stringContaining(`s3://archive/${key} is not a whole GZIP file`)]);
  expect(reason).toBe(`objects of the archive cannot be read: ${unreadable[0]}`);
});

test("line breaks at the ends of records do not count, and do not hide what is gone", async () => {
  await receive([`${visit("a")}\n`]);
  await receive([`${visit("b")}\n`]);
  expect((await read()).reason).toBeUndefined();
  const gone = await receive([`${visit("c")}\n`]);
  await stage.empty("archive", gone);
  expect((await read()).unknown).toMatchObject([{ arrived: 1, archived: 0 }]);
});

test("a record of several lines counts as several, which is said", async () => {
  await receive([`${visit("a")}\n${visit("b")}`]);
  expect((await read()).reason).toMatch(/1 records? arrived, and the archive has 2 .*a record of several lines/);
});

test("when the consumers counted more lines than records, equal sums say nothing", async () => {
  await receive([`${visit("a")}\n${visit("b")}`, visit("c")], [visit("a"), visit("b")]);
  expect((await read()).reason).toBeUndefined();
  const MetricData = [
    { MetricName: "DeliveredEvents", Value: 2, Dimensions: [{ Name: "Stack", Value: stack }], Timestamp: from },
    { MetricName: "QuarantinedRecords", Value: 1, Dimensions: [{ Name: "Stack", Value: stack }], Timestamp: from },
  ];
  await stage.clients.cloudwatch.putMetricData({ Namespace: metricNamespace, MetricData });
  expect((await read()).reason).toMatch(/^some records had several lines/);
});

test("of a part of an hour only the asked minutes count", async () => {
  await receive([visit("a")]);
  await clock.advance(30 * 60_000);
  const to = new Date(clock.now());
  await clock.advance(10 * 60_000);
  await receive([visit("b")]);
  const part = await readArchivedHours(await findStack(stack), { from, to });
  expect(part).toMatchObject({ arrived: 1, archived: 1, unknown: [] });
});
