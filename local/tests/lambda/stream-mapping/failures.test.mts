import { expect, test } from "vitest";
import { failOn, openConsumers, reportFrom, second } from "./consumers.mts";

const on = await openConsumers();

test("bisect isolates the poison record: the others are delivered again at most once, the poison record is discarded", async () => {
  const { name } = await on.consume(failOn("bad"), { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 });
  await on.put(name, "1", "bad", "3", "4");
  await on.account.clock.advance(60 * second);
  expect(await on.batches(name)).toEqual([["1", "bad", "3", "4"], ["1", "bad"], ["1"], ["bad"], ["3", "4"]]);
});

test("without bisect the whole batch is discarded after its retries", async () => {
  const { name } = await on.consume(failOn("bad"), { MaximumRetryAttempts: 2 });
  await on.put(name, "1", "bad", "3");
  await on.put(name, "next");
  await on.account.clock.advance(60 * second);
  const batch = ["1", "bad", "3"];
  expect(await on.batches(name)).toEqual([batch, batch, batch, ["next"]]);
});

test("a partial batch response continues at the lowest failed record", async () => {
  const { name } = await on.consume(`if (calls === 1) { ${reportFrom("3")} }`, {
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
  await on.put(name, "1", "2", "3", "4");
  await on.account.clock.advance(second);
  expect(await on.batches(name)).toEqual([
    ["1", "2", "3", "4"],
    ["3", "4"],
  ]);
});

test.each([
  ["an empty list", "{ batchItemFailures: [] }", 1],
  ["null", "null", 1],
  ["an empty object", "{}", 1],
  ["a list without elements", "[]", 1],
  ["a list with elements", "[1]", 2],
  ["an empty identifier", `{ batchItemFailures: [{ itemIdentifier: "" }] }`, 2],
  ["a wrong key", "{ batchItemFailures: [{ id: 1 }] }", 2],
  ["another member", "{ failures: [] }", 2],
])("handles a partial batch response of %s as documented", async (_what, response, invocations) => {
  const { name } = await on.consume(`return ${response};`, {
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    MaximumRetryAttempts: 1,
  });
  await on.put(name, "1", "2");
  await on.account.clock.advance(60 * second);
  expect(await on.batches(name)).toHaveLength(invocations);
});

test("discards records above the maximum age, but not younger ones of the batch", async () => {
  const { name } = await on.consume(failOn("old"), { MaximumRecordAgeInSeconds: 60 });
  await on.put(name, "old");
  await on.account.clock.advance(50 * second);
  await on.put(name, "young");
  await on.account.clock.advance(60 * second);
  const all = await on.batches(name);
  expect(all.at(-1)).toEqual(["young"]);
  expect(all.filter((batch) => batch.includes("young"))).toHaveLength(1);
});

test("writes discarded batches to the S3 destination, complete and under the documented key", async () => {
  await on.s3.createBucket({ Bucket: "failures" });
  const { name, UUID } = await on.consume(failOn("bad"), {
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failures" } },
  });
  await on.put(name, "bad");
  await on.account.clock.advance(10 * second);
  const [failure] = await on.objects("failures", "");
  expect(failure?.Key).toMatch(
    new RegExp(
      `^aws/lambda/${UUID}/shardId-000000000000/2026/01/01/2026-01-01T\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`,
    ),
  );
  expect(failure?.content).toMatchObject({
    requestContext: {
      functionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    version: "1.0",
    KinesisBatchInfo: { shardId: "shardId-000000000000", batchSize: 1 },
  });
  const { Records } = JSON.parse(failure?.content.payload);
  expect(Buffer.from(Records[0].kinesis.data, "base64").toString()).toBe("bad");
});

test("does not count attempts of a throttled function", async () => {
  const { name } = await on.consume("", { MaximumRetryAttempts: 0 });
  const concurrency = { FunctionName: name, ReservedConcurrentExecutions: 0 };
  await on.lambda.putFunctionConcurrency(concurrency);
  await on.put(name, "patient");
  await on.account.clock.advance(30 * second);
  await on.lambda.putFunctionConcurrency({ ...concurrency, ReservedConcurrentExecutions: 1 });
  await on.account.clock.advance(60 * second);
  expect(await on.batches(name)).toEqual([["patient"]]);
});
