// Personalize takes ten PutItems requests a second for each dataset group (guide, "Amazon
// Personalize endpoints and quotas"), and the account throttles more. An update of the whole
// catalogue stays below that, whatever the number of shards, and no visitor event waits for it.
// Times are the account's.
import { Kinesis } from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { type DeployedStack, openDeployedStack } from "../support/deployed-stack.ts";
import { wrapOperation } from "../support/wrap-operation.ts";

const second = 1_000;

/** A PutItems request as the service got it. */
interface Request {
  readonly time: number;
  readonly items: number;
  readonly throttled: boolean;
}

let deployed: DeployedStack;
let kinesis: Kinesis;
let requests: Request[];
beforeAll(async () => {
  deployed = await openDeployedStack({ parallelizationFactor: "8" });
  kinesis = new Kinesis(sdk(deployed.account));
  requests = [];
  watchRequests();
});
afterAll(() => deployed.close());

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

/**
 * Puts contents on the stream, each with its partition key. A stream on demand takes 4,000 records
 * a second at first.
 */
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
