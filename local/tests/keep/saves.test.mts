// A save interrupts a running account for a number of steps, which are counted here, and not for a time.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { PersonalizeEvents } from "@aws-sdk/client-personalize-events";
import { S3 } from "@aws-sdk/client-s3";
import { SFN } from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { captureState } from "../../account/keep/capture.ts";
import { startStage } from "../personalize/stage.mts";
import { define } from "../step-functions/machines.mts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";
import { inFolder } from "./opened-folder.mts";

const minute = 60_000;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "saves-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("while a state is written, others can go on at least after every 64 KiB", async () => {
  const list = Array.from({ length: 20_000 }, (_, i) => ({ i, text: `${i} `.repeat(20) }));
  await inFolder(root, async ({ save }) => {
    let turns = 0;
    let done = false;
    const turn = () => {
      turns++;
      if (!done) setImmediate(turn);
    };
    turn();
    const bytes = await save(list);
    done = true;
    expect(bytes).toBeGreaterThan(2_000_000);
    expect(turns).toBeGreaterThan(bytes / 65_536);
  });
});

test("requests are answered while the account is saved, and what they change is in the next save", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const reported = vi.spyOn(console, "error").mockImplementation(() => {});
  const account = await startAccount({ speed: 0, keep: root });
  try {
    const kinesis = new Kinesis(sdk(account));
    await kinesis.createStream({ StreamName: "before", ShardCount: 1 });
    await account.clock.advance(minute);
    const Records = Array.from({ length: 10 }, (_, i) => ({
      PartitionKey: `${i}`,
      Data: Buffer.alloc(1_000_000, "a"),
    }));
    for (let put = 0; put < 2; put++) await kinesis.putRecords({ StreamName: "before", Records });
    vi.advanceTimersByTime(minute);
    let during = 0;
    for (; !existsSync(join(root, "state")); during++) {
      await kinesis.createStream({ StreamName: `during-${during}`, ShardCount: 1 });
    }
    expect(during).toBeGreaterThan(1);
  } finally {
    vi.useRealTimers();
    await account.close();
    reported.mockRestore();
  }
});

test("a save of more than a second is reported in one line", async () => {
  const lines: string[] = [];
  const error = vi.spyOn(console, "error").mockImplementation((line) => void lines.push(line));
  const account = await startAccount({ speed: 0, keep: root });
  let time = 0;
  const now = vi.spyOn(performance, "now").mockImplementation(() => {
    time += 2_000;
    return time;
  });
  try {
    await account.close();
  } finally {
    now.mockRestore();
    error.mockRestore();
  }
  expect(lines).toEqual([
    expect.stringMatching(/^Saved the account's state \(0 MB\) in \d+\.0 s\. Requests were answered meanwhile\.$/),
  ]);
});

/** Counts the values that the moment of a save looks at. */
const steps = ({ host }: Account) => {
  const files = { nameOf: () => "", pathOf: () => "" };
  const { parts } = captureState(host.state.stores.contents(), files);
  return [...parts.values()].reduce((sum, { length }) => sum + length, 0);
};

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Fills the account with some of what services have many of. */
const fills: Record<string, (account: Account) => Promise<(count: number) => Promise<unknown>>> = {
  async "Kinesis records"(account) {
    const kinesis = new Kinesis(sdk(account));
    await kinesis.createStream({ StreamName: "a", ShardCount: 1 });
    await account.clock.advance(minute);
    return (count) =>
      kinesis.putRecords({
        StreamName: "a",
        Records: numbers(count).map((i) => ({ PartitionKey: `${i}`, Data: Buffer.from("data") })),
      });
  },
  async "log events"(account) {
    const logs = new CloudWatchLogs(sdk(account));
    const stream = { logGroupName: "a", logStreamName: "a" };
    await logs.createLogGroup(stream);
    await logs.createLogStream(stream);
    return (count) => {
      const timestamp = Math.floor(account.clock.now());
      return logs.putLogEvents({ ...stream, logEvents: numbers(count).map((i) => ({ timestamp, message: `${i}` })) });
    };
  },
  async "metrics' minutes"(account) {
    const cloudwatch = new CloudWatch(sdk(account));
    const now = account.clock.now();
    return (count) =>
      cloudwatch.putMetricData({
        Namespace: "a",
        MetricData: numbers(count).map((i) => ({ MetricName: "a", Value: i, Timestamp: new Date(now - i * minute) })),
      });
  },
  async "S3 objects"(account) {
    const s3 = new S3({ ...sdk(account), forcePathStyle: true });
    await s3.createBucket({ Bucket: "bucket" });
    return async (count) => {
      for (const i of numbers(count)) await s3.putObject({ Bucket: "bucket", Key: `${i}`, Body: "body" });
      const Tagging = { TagSet: [{ Key: "a", Value: "b" }] };
      await s3.putObjectTagging({ Bucket: "bucket", Key: "0", Tagging });
    };
  },
  async "histories of executions"(account) {
    const states = new SFN(sdk(account));
    const roleArn = await createRole(account, "machine", "states.amazonaws.com");
    const ItemProcessor = { StartAt: "Each", States: { Each: { Type: "Pass", End: true } } };
    const definition = define({ All: { Type: "Map", Items: "{% $states.input %}", ItemProcessor, End: true } });
    const { stateMachineArn } = await states.createStateMachine({ name: "a", definition, roleArn });
    let name = 0;
    return async (count) => {
      // One execution each time.
      const run = { stateMachineArn, name: `${name++}`, input: JSON.stringify(numbers(count)) };
      const { executionArn } = await states.startExecution(run);
      await account.clock.advance(minute);
      expect(await states.describeExecution({ executionArn })).toMatchObject({ status: "SUCCEEDED" });
    };
  },
};

test.each(Object.entries(fills))("many %s make the moment of a save no longer", async (_what, prepare) => {
  const account = await startAccount({ speed: 0 });
  try {
    const fill = await prepare(account);
    await fill(10);
    const few = steps(account);
    await fill(10);
    const twice = steps(account);
    await fill(400);
    // Each call can leave something, but not for each item.
    expect(steps(account) - twice).toBe(twice - few);
  } finally {
    await account.close();
  }
});

test("many events of visitors make the moment of a save no longer", async () => {
  const on = await startStage({}, { start: Date.now() });
  try {
    const { groupArn } = await on.filled();
    const { trackingId } = await on.tracker(groupArn);
    const events = new PersonalizeEvents(sdk(on.account));
    const put = async (count: number) => {
      for (const i of numbers(count)) {
        const event = { eventType: "view", itemId: "i1", sentAt: new Date(on.account.clock.now() + i * 1_000) };
        await events.putEvents({ trackingId, sessionId: "s", userId: "u1", eventList: [event] });
      }
    };
    await put(5);
    const few = steps(on.account);
    await put(200);
    expect(steps(on.account)).toBe(few);
  } finally {
    await on.account.close();
  }
});
