import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

// API reference, GetLogEvents.
const start = Date.UTC(2026, 0, 1);
const account = await openAccount({ start });
const logs = new CloudWatchLogs(sdk(account));

/** A stream with the events "0", "1", …, a second apart. */
async function streamOf(count: number) {
  const stream = { logGroupName: `/read/${count}`, logStreamName: "one" };
  await logs.createLogGroup(stream);
  await logs.createLogStream(stream);
  const logEvents = Array.from({ length: count }, (_, k) => ({ timestamp: start + k * 1000, message: String(k) }));
  if (count > 0) await logs.putLogEvents({ ...stream, logEvents });
  return stream;
}
const read = async (input: Parameters<typeof logs.getLogEvents>[0]) => {
  const { events = [], nextForwardToken, nextBackwardToken } = await logs.getLogEvents(input);
  return { messages: events.map(({ message }) => message), nextForwardToken, nextBackwardToken };
};

test("the newest events come first, in the order of their times, and those before them by the token", async () => {
  const stream = await streamOf(5);
  const newest = await read({ ...stream, limit: 2 });
  expect(newest.messages).toEqual(["3", "4"]);
  const before = await read({ ...stream, limit: 2, nextToken: newest.nextBackwardToken });
  expect(before.messages).toEqual(["1", "2"]);
  expect((await read({ ...stream, limit: 2, nextToken: before.nextForwardToken })).messages).toEqual(["3", "4"]);
});

test("from the head, pages go forward, and the last token returns itself until new events arrive", async () => {
  const stream = await streamOf(3);
  const first = await read({ ...stream, limit: 2, startFromHead: true });
  expect(first.messages).toEqual(["0", "1"]);
  const second = await read({ ...stream, startFromHead: true, nextToken: first.nextForwardToken });
  expect(second.messages).toEqual(["2"]);
  const end = await read({ ...stream, startFromHead: true, nextToken: second.nextForwardToken });
  expect(end).toMatchObject({ messages: [], nextForwardToken: second.nextForwardToken });
  await logs.putLogEvents({ ...stream, logEvents: [{ timestamp: start + 9000, message: "new" }] });
  expect((await read({ ...stream, startFromHead: true, nextToken: end.nextForwardToken })).messages).toEqual(["new"]);
});

test("a time window has its start and not its end", async () => {
  const stream = await streamOf(6);
  const window = { startTime: start + 1000, endTime: start + 4000 };
  expect((await read({ ...stream, ...window, startFromHead: true })).messages).toEqual(["1", "2", "3"]);
  expect((await read({ ...stream, ...window, limit: 1 })).messages).toEqual(["3"]);
});

test("an empty stream has no events and two tokens", async () => {
  const { messages, nextForwardToken, nextBackwardToken } = await read(await streamOf(0));
  expect(messages).toEqual([]);
  expect([nextForwardToken, nextBackwardToken]).toEqual([expect.stringMatching(/^f\//), expect.stringMatching(/^b\//)]);
});

test("a token that the service did not issue is refused, as is a stream that does not exist", async () => {
  const stream = await streamOf(1);
  await expect(logs.getLogEvents({ ...stream, nextToken: "f/1/s" })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  await expect(logs.getLogEvents({ ...stream, logStreamName: "none" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
