import { Kinesis } from "@aws-sdk/client-kinesis";
import { expect, test } from "vitest";
import { createShardCounts } from "../../console/server/shard-counts.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

test("records of the last 24 hours are counted by shard, and older ones no more", async () => {
  const account = await openAccount();
  const { countRecords, close } = createShardCounts(account);
  const kinesis = new Kinesis(sdk(account));
  const stream = { StreamName: "visits" };
  await kinesis.createStream({ ...stream, ShardCount: 2 });
  await account.clock.advance(60_000);
  const put = (count: number) =>
    kinesis.putRecords({
      ...stream,
      Records: Array.from({ length: count }, () => ({ PartitionKey: "one", Data: Buffer.from("x") })),
    });
  const count = () => ["0", "1"].map((shard) => countRecords("visits", `shardId-${shard.padStart(12, "0")}`));
  const sum = () => count().reduce((all, each) => all + each, 0);
  await put(5);
  await account.clock.advance(20 * 3_600_000);
  await put(3);
  expect(sum()).toBe(8);
  expect(count()).toContain(0);
  await account.clock.advance(5 * 3_600_000);
  expect(sum()).toBe(3);
  close();
});
