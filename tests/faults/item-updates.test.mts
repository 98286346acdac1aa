// Whatever fails on the way: the last update of each item is what Personalize has in the end, and
// an item that it refuses is in the quarantine once and delays no other. After a lost answer the
// updates of an item are sent again, from the first on.
import { Kinesis } from "@aws-sdk/client-kinesis";
import { S3 } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Fault } from "../../local/account/aws/fault.ts";
import type { FaultRule } from "../../local/account/host/fault-rule.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type DeployedStack, openDeployedStack } from "../support/deployed-stack.ts";
import { wrapOperation } from "../support/wrap-operation.ts";
import { check, crash, failCalls, longest } from "./property.mts";

const updater = "update-items";

let deployed: DeployedStack;
let kinesis: Kinesis;
let s3: S3;
/** The values of each item in the order in which Personalize took them. */
const taken = new Map<string, number[]>();
beforeAll(async () => {
  deployed = await openDeployedStack();
  kinesis = new Kinesis(sdk(deployed.account));
  s3 = new S3(sdk(deployed.account));
  watchItems();
});
afterAll(() => deployed.close());

/**
 * Notes what Personalize takes, and refuses items although the contract accepts them: not all of
 * its rules are documented.
 */
function watchItems(): void {
  wrapOperation(deployed.account, "PutItems", (pass) => (input, call) => {
    const { items = [] } = input;
    if (items.some(({ itemId }) => itemId?.startsWith("poison")))
      throw new Fault("InvalidInputException", "The item is not valid.");
    const answer = pass(input, call);
    for (const { itemId = "", properties } of items) {
      const { itemValue } = JSON.parse(String(properties));
      taken.set(itemId, [...(taken.get(itemId) ?? []), itemValue]);
    }
    return answer;
  });
}

interface Case {
  /** Items in the order of their updates; the value of each update is its place. */
  readonly items: readonly number[];
  /** Places at which an update of a refused item is. */
  readonly poison: readonly number[];
  readonly faults: readonly FaultRule[];
}

const fault: fc.Arbitrary<FaultRule> = fc.oneof(
  { weight: 3, arbitrary: failCalls(updater, "personalize-events", "PutItems") },
  failCalls(updater, "s3", "GetObject"),
  failCalls(updater, "s3", "PutObject"),
  failCalls(updater, "kinesis", "GetRecords"),
  crash(updater),
);
const anyCase: fc.Arbitrary<Case> = fc.record({
  items: fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 60 }),
  poison: fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 2 }),
  faults: fc.array(fault, { maxLength: 4 }),
});

const columns = { ANIMAL_TYPE: "2", ANIMAL_AGE: "3", ANIMAL_SIZE: "2", ANIMAL_BREED: "Beagle" };
const toRecord = (itemId: string, value: number) => {
  const itemUpdate = { itemId, columns: { ...columns, ITEM_VALUE: value } };
  return { PartitionKey: itemId, Data: Buffer.from(JSON.stringify({ itemUpdate })) };
};

async function listQuarantined(): Promise<string[]> {
  const Bucket = deployed.outputs.quarantineBucketName;
  const { Contents = [] } = await s3.listObjectsV2({ Bucket });
  const texts = await Promise.all(
    Contents.map(async ({ Key }) => (await s3.getObject({ Bucket, Key })).Body?.transformToString()),
  );
  return texts.map(
    (text) => JSON.parse(Buffer.from(JSON.parse(text ?? "{}").data, "base64").toString()).itemUpdate.itemId,
  );
}

const minute = 60_000;
/** More than all retries of a batch take. */
const longestWait = 60 * minute;

let runs = 0;
async function theLastUpdateCounts({ items, poison, faults }: Case): Promise<void> {
  const { account, outputs } = deployed;
  const run = `r${runs++}`;
  const Records = items.map((item, value) => toRecord(`${run}-${item}`, value));
  const refused = [...new Set(poison)].map((place) => `poison-${run}-${place}`);
  for (const itemId of refused) Records.splice(Number(itemId.split("-").at(-1)), 0, toRecord(itemId, 1));
  for (const rule of faults) account.faults.inject(rule);
  await kinesis.putRecords({ StreamName: outputs.eventStreamName, Records });

  const last = new Map(items.map((item, value) => [`${run}-${item}`, value]));
  const arrived = () => [...last].every(([itemId, value]) => taken.get(itemId)?.at(-1) === value);
  const quarantined = async () => (await listQuarantined()).filter((itemId) => itemId.includes(`-${run}-`)).sort();
  try {
    // The account's clock waits for the work that is due, so a case that fails, fails as soon on
    // every machine.
    for (let passed = 0; passed < longestWait; passed += minute) {
      if (arrived() && (await quarantined()).length >= refused.length) break;
      await account.clock.advance(minute);
    }
    for (const [itemId, value] of last) expect(taken.get(itemId)?.at(-1), itemId).toBe(value);
    expect(await quarantined()).toEqual([...refused].sort());
  } finally {
    account.faults.clear();
  }
}

test(
  "the last update of each item counts, and refused items are quarantined, whatever fails",
  async () => {
    await check(5, anyCase, theLastUpdateCounts);
  },
  longest,
);
