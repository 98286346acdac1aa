// Personalize takes ten PutItems requests a second for each dataset group (guide, "Amazon Personalize endpoints and quotas"),
// and the account throttles more. An update of the whole catalogue stays below that, whatever the number of shards, and no
// visitor event waits for it. Times are the account's.
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { StreamRecord } from "../../functions/ingestion/stream-record.ts";
import { updateItemsFactory } from "../../functions/update-items.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { captureLines } from "../functions/capture-lines.mts";
import { type DeployedStack, openDeployedStack, variablesFor } from "../support/deployed-stack.ts";
import { wrapOperation } from "../support/wrap-operation.ts";

const second = 1_000;
const catalogueSize = 2_000;
const updater = "recommender-small-update-items";

/** A PutItems request as the service got it. */
interface Request {
  readonly time: number;
  readonly items: number;
  readonly throttled: boolean;
}

let deployed: DeployedStack;
let kinesis: Kinesis;
let lambda: Lambda;
let requests: Request[];
beforeAll(async () => {
  deployed = await openDeployedStack({ parallelizationFactor: "8" });
  kinesis = new Kinesis(sdk(deployed.account));
  lambda = new Lambda(sdk(deployed.account));
  requests = [];
  watchRequests();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await deployed.close();
});

function watchRequests(): void {
  const { account } = deployed;
  wrapOperation(account, "PutItems", (pass) => (input, call) => {
    const request = { time: account.clock.now(), items: input.items?.length ?? 0 };
    try {
      const answer = pass(input, call);
      requests.push({ ...request, throttled: false });
      return answer;
    } catch (error) {
      requests.push({ ...request, throttled: true });
      throw error;
    }
  });
}

/** The most requests that arrived within a second. */
const busiestSecond = () =>
  Math.max(
    ...requests.map(({ time }) => requests.filter((other) => other.time >= time && other.time < time + second).length),
  );
const sentItems = () => requests.reduce((sum, { items, throttled }) => sum + (throttled ? 0 : items), 0);

const update = (itemId: string, value: number) => ({
  itemUpdate: {
    itemId,
    columns: { ANIMAL_TYPE: "2", ANIMAL_AGE: "3", ANIMAL_SIZE: "2", ANIMAL_BREED: "Beagle", ITEM_VALUE: value },
  },
});

/** Puts contents on the stream, each with its partition key. A stream on demand takes 4,000 records a second at first. */
async function put(contents: readonly (readonly [key: string, content: object])[]): Promise<void> {
  const StreamName = deployed.outputs.eventStreamName;
  for (let start = 0; start < contents.length; start += 500) {
    const Records = contents
      .slice(start, start + 500)
      .map(([PartitionKey, content]) => ({ PartitionKey, Data: Buffer.from(JSON.stringify(content)) }));
    expect((await kinesis.putRecords({ StreamName, Records })).FailedRecordCount).toBe(0);
  }
}

const visitors = Array.from({ length: 40 }, (_, i) => `visitor-${i}`);
const views = visitors.map((sessionId) => [sessionId, { sessionId, eventType: "DetailView", itemId: "i" }] as const);
function arrivedVisitors(): string[] {
  const place = { account: "000000000000", region: "eu-west-1" };
  const { datasetGroupArn } = deployed.outputs;
  const { inspection } = deployed.account.personalize;
  return visitors.filter((session) => inspection.events(place, datasetGroupArn, session, 10).length > 0);
}

test("the functions of several shards share one pace, and visitor events pass them", async () => {
  const { account } = deployed;
  const { speed } = account.clock;
  account.clock.setSpeed(1);
  await put(Array.from({ length: 300 }, (_, i) => [`pet-${i}`, update(`pet-${i}`, 1)]));
  await put(views);
  await eventually(() => arrivedVisitors().length === visitors.length || undefined, "visitor events wait");
  expect(sentItems()).toBeLessThan(300);
  await eventually(() => sentItems() === 300 || undefined, "not every update was sent");
  expect(requests.filter(({ throttled }) => throttled)).toEqual([]);
  expect(busiestSecond()).toBeLessThan(10);
  account.clock.setSpeed(speed);
});

/** The records of each shard, in batches as the mapping invokes the function with them. */
async function readBatches(size: number): Promise<StreamRecord[][]> {
  const StreamName = deployed.outputs.eventStreamName;
  const batches: StreamRecord[][] = [];
  const { Shards = [] } = await kinesis.listShards({ StreamName });
  for (const { ShardId = "" } of Shards) {
    const start = { StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
    let { ShardIterator } = await kinesis.getShardIterator(start);
    const records: StreamRecord[] = [];
    for (let left = true; left; ) {
      const page = await kinesis.getRecords({ ShardIterator });
      for (const { Data, SequenceNumber = "", ApproximateArrivalTimestamp } of page.Records ?? []) {
        const approximateArrivalTimestamp = (ApproximateArrivalTimestamp?.getTime() ?? 0) / second;
        const data = Buffer.from(Data ?? []).toString("base64");
        const record = { data, sequenceNumber: SequenceNumber, approximateArrivalTimestamp };
        records.push({ eventID: `${ShardId}:${SequenceNumber}`, kinesis: record });
      }
      ShardIterator = page.NextShardIterator;
      left = page.MillisBehindLatest !== 0;
    }
    for (let at = 0; at < records.length; at += size) batches.push(records.slice(at, at + size));
  }
  return batches;
}

/** Gives this process what the function has in its own. */
async function takeEnvironment(FunctionName: string): Promise<void> {
  const { Environment } = await lambda.getFunctionConfiguration({ FunctionName });
  const variables = { ...Environment?.Variables, ...variablesFor(deployed.account) };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

test("an update of 2,000 items holds no visitor event, and is sent in 200 requests, eight a second", async () => {
  const { clock } = deployed.account;
  const { EventSourceMappings: [mapping] = [] } = await lambda.listEventSourceMappings({ FunctionName: updater });
  // Sent by this process below, whose time is the account's: 200 requests take half a minute.
  await lambda.updateEventSourceMapping({ UUID: mapping?.UUID, Enabled: false });
  await eventually(async () => {
    const { State } = await lambda.getEventSourceMapping({ UUID: mapping?.UUID });
    return State === "Disabled" || undefined;
  }, "the mapping is not disabled");
  clock.setSpeed(0);
  const before = new Set(arrivedVisitors());
  visitors.push(...Array.from({ length: 40 }, (_, i) => `late-${i}`));
  const late = visitors.filter((visitor) => !before.has(visitor));
  const updates = Array.from({ length: catalogueSize }, (_, i) => [`pet-${i}`, update(`pet-${i}`, 2)] as const);
  await put(updates);
  await clock.advance(second);
  await put(late.map((sessionId) => [sessionId, { sessionId, eventType: "DetailView", itemId: "i" }]));
  await clock.advance(5 * second);
  expect(late.filter((visitor) => !arrivedVisitors().includes(visitor))).toEqual([]);

  requests = [];
  await takeEnvironment(updater);
  const handle = updateItemsFactory({ now: clock.now, sleep: (milliseconds) => clock.advance(milliseconds) });
  const batches = await readBatches(100);
  await captureLines(async () => {
    for (const Records of batches) expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
  });
  expect(sentItems()).toBe(catalogueSize);
  expect(requests.filter(({ throttled }) => throttled)).toEqual([]);
  expect(busiestSecond()).toBe(8);
  // One more for each shard, whose last batch is not full.
  expect(requests.length).toBeLessThan(catalogueSize / 10 + batches.length);

  requests = [];
  await captureLines(() => handle({ Records: batches[0] ?? [] }));
  expect(requests).toEqual([]);
});
