import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import type { StackReader } from "../../../cli/stack/stack.ts";
import { listDecisions } from "../../../demo/console/models.ts";
import { toCalls } from "../../../demo/console/stacks.ts";
import { createViewCalls } from "../../../local/console/server/caller.ts";
import { openAccount } from "../../../local/tests/support/account.mts";
import { sdk } from "../../../local/tests/support/aws.ts";

const Bucket = "decisions";
const account = await openAccount({ start: Date.parse("2026-01-01T12:00:00Z") });
const s3 = new S3(sdk(account));
await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } });

/** Reads the decisions with requests that contain `more`. */
function readDecisions(model: string, more: object = {}) {
  const view = createViewCalls(account.host, { account: "000000000000", region: "eu-west-1" });
  const call = toCalls((service, operation, input) => view(service, operation, { ...input, ...more }));
  return listDecisions({ call, dataBucket: Bucket } as StackReader, model);
}

test("an object that is not a decision does not hide the decisions", async () => {
  const decision = { outcome: "promoted", reason: "0.3 is above the threshold", decidedAt: "2026-01-01T03:00:00.000Z" };
  const objects = [JSON.stringify({ ...decision, candidate: null }), "not JSON", "null", '{"outcome": 1}'];
  for (const [index, Body] of objects.entries()) {
    await s3.putObject({ Bucket, Key: `decisions/home/${index}.json`, Body });
  }
  const found = await readDecisions("home");
  expect(found).toHaveLength(4);
  expect(found).toContainEqual({ ...decision, candidate: undefined, bound: undefined });
  for (const index of [1, 2, 3]) {
    expect(found).toContainEqual({
      outcome: "unreadable",
      reason: expect.stringContaining(`s3://decisions/decisions/home/${index}.json is not a decision`),
      candidate: undefined,
      bound: undefined,
      decidedAt: "2026-01-01T12:00:00.000Z",
    });
  }
});

test.each([
  ["the best version that served", { incumbent: { value: 0.28 }, bestServed: { value: 0.5 } }, 0.25],
  ["no version", { incumbent: null, bestServed: null }, undefined],
])("a decision has the bound of its comparison with %s", async (_other, compared, value) => {
  const gate = { promotionMetric: "precision_at_5", promotionThreshold: 0.01, allowedMetricDrop: 0.25 };
  const evaluation = { gate, candidate: { value: 0.3 }, ...compared };
  const decision = { outcome: "promoted", reason: "better", decidedAt: "2026-01-01T03:00:00.000Z", evaluation };
  await s3.putObject({ Bucket, Key: "decisions/bound/1.json", Body: JSON.stringify(decision) });
  const bound = value === undefined ? undefined : { metric: "precision_at_5", value };
  expect(await readDecisions("bound")).toMatchObject([{ bound }]);
});

test("the newest decision is found beyond the first page", async () => {
  const decide = (reason: string) =>
    JSON.stringify({ outcome: "promoted", reason, decidedAt: "2026-01-01T03:00:00.000Z" });
  await s3.putObject({ Bucket, Key: "decisions/many/a.json", Body: decide("old") });
  await account.clock.advance(60_000);
  await s3.putObject({ Bucket, Key: "decisions/many/z.json", Body: decide("newest") });
  expect((await readDecisions("many", { MaxKeys: 1 }))[0]?.reason).toBe("newest");
});
