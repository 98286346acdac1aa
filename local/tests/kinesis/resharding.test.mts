import { type CreateStreamCommandInput, Kinesis, type ListShardsCommandInput } from "@aws-sdk/client-kinesis";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

// Facts: API reference of UpdateShardCount, GetRecords and ShardFilter, and the developer guide, "Reshard a stream".

const account = await openAccount({ start: Date.UTC(2026, 0, 1) });
const kinesis = new Kinesis(sdk(account));

const second = 1_000;
const hour = 3_600_000;

async function create(StreamName: string, settings: Partial<CreateStreamCommandInput>) {
  await kinesis.createStream({ StreamName, ...settings });
  await account.clock.advance(second);
}
const update = (StreamName: string, TargetShardCount: number) =>
  kinesis.updateShardCount({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" });
async function reshard(StreamName: string, count: number) {
  const answer = await update(StreamName, count);
  await account.clock.advance(second);
  return answer;
}
async function shardsOf(StreamName: string, filter?: ListShardsCommandInput["ShardFilter"]) {
  const { Shards = [] } = await kinesis.listShards({ StreamName, ShardFilter: filter });
  return Shards;
}
const idsOf = async (name: string, filter?: ListShardsCommandInput["ShardFilter"]) =>
  (await shardsOf(name, filter)).map(({ ShardId = "" }) => Number(ShardId.slice("shardId-".length)));
const isOpen = (shard: { SequenceNumberRange?: { EndingSequenceNumber?: string | undefined } | undefined }) =>
  shard.SequenceNumberRange?.EndingSequenceNumber === undefined;

const put = (StreamName: string, PartitionKey: string, text: string) =>
  kinesis.putRecord({ StreamName, PartitionKey, Data: new TextEncoder().encode(text) });
async function read(StreamName: string, ShardId: string) {
  const { ShardIterator } = await kinesis.getShardIterator({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" });
  return kinesis.getRecords({ ShardIterator });
}

describe("UpdateShardCount", () => {
  test("answers with the counts and closes each shard for two children that divide its range", async () => {
    await create("doubled", { ShardCount: 1 });
    expect(await reshard("doubled", 2)).toMatchObject({
      StreamName: "doubled",
      StreamARN: "arn:aws:kinesis:eu-west-1:000000000000:stream/doubled",
      CurrentShardCount: 1,
      TargetShardCount: 2,
    });
    const [parent, ...children] = await shardsOf("doubled");
    expect(parent && isOpen(parent)).toBe(false);
    expect(children.map(({ ParentShardId }) => ParentShardId)).toEqual([parent?.ShardId, parent?.ShardId]);
    const half = 2n ** 127n;
    expect(children.map(({ HashKeyRange }) => HashKeyRange)).toEqual([
      { StartingHashKey: "0", EndingHashKey: String(half - 1n) },
      { StartingHashKey: String(half), EndingHashKey: String(2n ** 128n - 1n) },
    ]);
    const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: "doubled" });
    expect(StreamDescriptionSummary).toMatchObject({ OpenShardCount: 2, StreamStatus: "ACTIVE" });
  });

  test("a merged shard names both parents", async () => {
    await create("halved", { ShardCount: 2 });
    await reshard("halved", 1);
    const open = (await shardsOf("halved")).filter(isOpen);
    expect(open).toMatchObject([
      {
        ParentShardId: "shardId-000000000000",
        AdjacentParentShardId: "shardId-000000000001",
        HashKeyRange: { StartingHashKey: "0", EndingHashKey: String(2n ** 128n - 1n) },
      },
    ]);
  });

  test.each([
    [4, 3],
    [3, 4],
    [4, 6],
    [5, 3],
  ])("from %i to %i shards the ranges are even and cover every hash once", async (from, to) => {
    const name = `from-${from}-to-${to}`;
    await create(name, { ShardCount: from });
    await reshard(name, to);
    const ranges = (await shardsOf(name))
      .filter(isOpen)
      .map(({ HashKeyRange }) => [
        BigInt(HashKeyRange?.StartingHashKey ?? -1),
        BigInt(HashKeyRange?.EndingHashKey ?? -1),
      ])
      .sort(([a = 0n], [b = 0n]) => (a < b ? -1 : 1));
    const width = 2n ** 128n / BigInt(to);
    expect(ranges.map(([first]) => first)).toEqual(Array.from({ length: to }, (_, i) => width * BigInt(i)));
    expect(ranges.map(([, last = 0n]) => last + 1n)).toEqual([...ranges.slice(1).map(([first]) => first), 2n ** 128n]);
  });

  test.each([
    ["more than double", 3, "cannot scale up over double"],
    ["below half", 1, "cannot scale down below half"],
  ])("%s is refused", async (_, target, message) => {
    const name = `refused-${target}`;
    await create(name, { ShardCount: target === 3 ? 1 : 3 });
    await expect(update(name, target)).rejects.toMatchObject({
      name: "InvalidArgumentException",
      message: expect.stringContaining(message),
    });
  });

  test("an on-demand stream is refused (error ValidationException of the model)", async () => {
    await create("on-demand", { StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    await expect(update("on-demand", 8)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("a stream that is UPDATING is refused", async () => {
    await create("busy", { ShardCount: 1 });
    await update("busy", 2);
    await expect(update("busy", 2)).rejects.toMatchObject({ name: "ResourceInUseException" });
  });

  test("the eleventh update in 24 hours is refused, and allowed a day later", async () => {
    await create("often", { ShardCount: 1 });
    for (let i = 0; i < 10; i++) await reshard("often", i % 2 === 0 ? 2 : 1);
    await expect(update("often", 2)).rejects.toMatchObject({ name: "LimitExceededException" });
    await account.clock.advance(24 * hour);
    expect(await reshard("often", 2)).toMatchObject({ TargetShardCount: 2 });
  });

  test("only open shards count towards the account's limit", async () => {
    const before = (await kinesis.describeLimits({})).OpenShardCount ?? 0;
    await create("counted", { ShardCount: 2 });
    await reshard("counted", 4);
    expect((await kinesis.describeLimits({})).OpenShardCount).toBe(before + 4);
  });
});

describe("after a reshard", () => {
  test("a closed shard is read to its end, and the last answer names its children instead of an iterator", async () => {
    await create("drained", { ShardCount: 1 });
    await put("drained", "a", "old");
    await reshard("drained", 2);
    const { Records = [], NextShardIterator, ChildShards } = await read("drained", "shardId-000000000000");
    expect(Records.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(["old"]);
    expect(NextShardIterator).toBeUndefined();
    expect(ChildShards?.map(({ ShardId, ParentShards }) => ({ ShardId, ParentShards }))).toEqual([
      { ShardId: "shardId-000000000001", ParentShards: ["shardId-000000000000"] },
      { ShardId: "shardId-000000000002", ParentShards: ["shardId-000000000000"] },
    ]);
  });

  test("records go to the children, with greater sequence numbers than the parent's", async () => {
    await create("growing", { ShardCount: 1 });
    const before = await put("growing", "a", "old");
    await reshard("growing", 2);
    const after = await put("growing", "a", "new");
    expect(["shardId-000000000001", "shardId-000000000002"]).toContain(after.ShardId);
    expect(BigInt(after.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(before.SequenceNumber ?? 0));
    const { Records = [], NextShardIterator } = await read("growing", after.ShardId ?? "");
    expect(Records).toHaveLength(1);
    expect(NextShardIterator).toBeDefined();
  });

  test("ListShards filters by time", async () => {
    await create("filtered", { ShardCount: 1 });
    await account.clock.advance(second);
    const whenWhole = new Date(account.clock.now());
    await account.clock.advance(second);
    await reshard("filtered", 2);
    await account.clock.advance(second);
    const now = new Date(account.clock.now());
    expect(await idsOf("filtered")).toEqual([0, 1, 2]);
    expect(await idsOf("filtered", { Type: "AT_LATEST" })).toEqual([1, 2]);
    expect(await idsOf("filtered", { Type: "AT_TRIM_HORIZON" })).toEqual([0]);
    expect(await idsOf("filtered", { Type: "FROM_TRIM_HORIZON" })).toEqual([0, 1, 2]);
    expect(await idsOf("filtered", { Type: "AT_TIMESTAMP", Timestamp: whenWhole })).toEqual([0]);
    expect(await idsOf("filtered", { Type: "FROM_TIMESTAMP", Timestamp: now })).toEqual([1, 2]);
  });

  test("a closed shard is listed until its records expire", async () => {
    await create("expiring", { ShardCount: 1 });
    await reshard("expiring", 2);
    await account.clock.advance(23 * hour);
    expect(await idsOf("expiring")).toEqual([0, 1, 2]);
    await account.clock.advance(2 * hour);
    expect(await idsOf("expiring")).toEqual([1, 2]);
  });
});
