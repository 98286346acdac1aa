import { expect, test } from "vitest";
import { openConsumers, second } from "./consumers.mts";

const on = await openConsumers();

async function reshard(StreamName: string, TargetShardCount: number) {
  const ScalingType = "UNIFORM_SCALING" as const;
  await on.kinesis.updateShardCount({ StreamName, TargetShardCount, ScalingType });
  await on.account.clock.advance(2 * second);
}

test("a consumer continues with the children of a closed shard", async () => {
  const { name } = await on.consume("");
  await on.put(name, "before");
  await reshard(name, 2);
  await on.put(name, "after");
  await reshard(name, 1);
  await on.put(name, "at last");
  expect(await on.batches(name)).toEqual([["before"], ["after"], ["at last"]]);
});

// Developer guide, "Using Lambda with Kinesis": records of a shard are processed in order, the parent's before its children's.
test("children wait until the records of their parent are done with", async () => {
  const { name } = await on.consume(`if (texts.includes("first") && calls < 3) throw new Error("not yet");`);
  await on.put(name, "first");
  await reshard(name, 2);
  await on.put(name, "second");
  await on.account.clock.advance(60 * second);
  const batches = await on.batches(name);
  expect(batches.at(-1)).toEqual(["second"]);
  expect(batches.slice(0, -1)).toEqual(batches.slice(0, -1).map(() => ["first"]));
});
